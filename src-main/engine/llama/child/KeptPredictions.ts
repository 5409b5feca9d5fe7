import type { LogitDifference } from "./compareLogits.ts";

/** Steps of the kept logarithms in one nat, and the least probability that is told from none. */
const stepsPerNat = 1000;
const least = 65_535;
/** What is as good as impossible adds nothing but rounding. */
const impossible = 20 * stepsPerNat;
/** All rows together take no more than this. */
const usualMostBytes = 256 * 2 ** 20;

/**
 * The predictions of the finest file of a model, kept while the others read the same text: every
 * probability as the thousandth parts of a nat, in two bytes, so that two large models are never in memory
 * at once. What that rounds off is far below any difference between quantizations.
 */
export class KeptPredictions {
  readonly #vocabularySize: number;
  readonly #most: number;
  readonly #rows: { readonly codes: Uint16Array; readonly top: number; readonly loss: number }[] =
    [];

  constructor(vocabularySize: number, mostBytes = usualMostBytes) {
    this.#vocabularySize = vocabularySize;
    this.#most = Math.floor(mostBytes / (2 * Math.max(1, vocabularySize)));
  }

  /** How many rows are kept: of a large vocabulary only the first ones. */
  get size(): number {
    return this.#rows.length;
  }

  /** Keeps the next row. @returns the loss of the token that really came, in nats */
  keep(row: Float32Array, next: number): number {
    const { top, normal } = normalOf(row);
    const loss = normal - (row[next] ?? Number.NEGATIVE_INFINITY);
    if (this.#rows.length < this.#most) {
      const codes = new Uint16Array(this.#vocabularySize);
      for (let token = 0; token < codes.length; token++) {
        const logP = (row[token] ?? Number.NEGATIVE_INFINITY) - normal;
        codes[token] = Math.min(least, Math.round(-logP * stepsPerNat));
      }
      this.#rows.push({ codes, top, loss });
    }
    return loss;
  }

  /** Compares the row at a place; its own loss is told also where nothing is kept of the place. */
  compare(
    place: number,
    row: Float32Array,
    next: number,
  ): { readonly loss: number; readonly difference: LogitDifference | null } {
    const { top, normal } = normalOf(row);
    const loss = normal - (row[next] ?? Number.NEGATIVE_INFINITY);
    const kept = this.#rows[place];
    if (!kept || row.length !== this.#vocabularySize) return { loss, difference: null };
    let divergence = 0;
    for (let token = 0; token < row.length; token++) {
      const code = kept.codes[token] ?? least;
      if (code > impossible) continue;
      const logP = -code / stepsPerNat;
      // What the other file holds for impossible is taken for hardly possible: the mean stays a number.
      const logQ = Math.max(-least / stepsPerNat, (row[token] ?? 0) - normal);
      divergence += Math.exp(logP) * (logP - logQ);
    }
    return {
      loss,
      difference: {
        sameTop: kept.top === top,
        divergence: Math.max(0, divergence),
        exactLoss: kept.loss,
        otherLoss: loss,
      },
    };
  }
}

/** The likeliest token, and the logarithm of the sum of all exponentials. */
function normalOf(row: Float32Array): { top: number; normal: number } {
  let top = 0;
  for (let token = 1; token < row.length; token++) {
    if ((row[token] ?? 0) > (row[top] ?? 0)) top = token;
  }
  const greatest = row[top] ?? Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of row) sum += Math.exp(value - greatest);
  return { top, normal: greatest + Math.log(sum) };
}
