import { HearthError } from "../../../contract/errors.ts";
import {
  defaultSampling,
  type ChosenLogprob,
  type GenerateRequest,
  type TokenLogprob,
} from "../InferenceBackend.ts";
import { CandidateArray } from "./CandidateArray.ts";
import { copyFloats } from "./copyFloats.ts";
import type { Libllama } from "./libllama.ts";
import { SamplerChain } from "./SamplerChain.ts";
import type { Vocabulary } from "./Vocabulary.ts";

export interface DrawnToken {
  /** Null where the grammar leaves nothing to say. */
  readonly token: number | null;
  readonly logprob?: ChosenLogprob;
}

/** Draws the tokens of one request: by its sampling settings, within its grammar, with probabilities. */
export class TokenSampler implements Disposable {
  readonly #library: Libllama;
  readonly #vocabulary: Vocabulary;
  readonly #chain: SamplerChain;
  readonly #grammar: bigint | null;
  readonly #candidates: CandidateArray | null;
  readonly #topLogprobs: number | undefined;
  /** Always the likeliest token, without regard to what was written before. */
  readonly #greedy: boolean;
  #row: Float32Array | null = null;

  /** @throws HearthError `bad-input` for a grammar that cannot be read */
  constructor(library: Libllama, vocabulary: Vocabulary, request: GenerateRequest) {
    this.#library = library;
    this.#vocabulary = vocabulary;
    this.#topLogprobs = request.logprobs;
    const { temperature, frequencyPenalty, presencePenalty } = {
      ...defaultSampling,
      ...request.sampling,
    };
    this.#greedy = temperature <= 0 && !frequencyPenalty && !presencePenalty;
    const { grammar } = request;
    this.#grammar = grammar === undefined ? null : openGrammar(library, vocabulary, grammar);
    this.#candidates = this.#grammar === null ? null : new CandidateArray(vocabulary.size);
    this.#chain = new SamplerChain(library, vocabulary.size, request.sampling);
  }

  /** Draws from an output row of the last decode. The row must exist: the caller has checked. */
  draw(context: bigint, row: number): DrawnToken {
    if (this.#grammar === null && this.#topLogprobs === undefined) {
      // The library would make a list of the whole vocabulary first.
      if (this.#greedy) return { token: indexOfMost(this.#logits(context, row)) };
      return { token: this.#chain.sample(context, row) };
    }
    const logits = this.#logits(context, row);
    const token =
      this.#grammar === null
        ? this.#chain.sample(context, row)
        : this.#drawByGrammar(this.#grammar, logits);
    if (token === null || this.#topLogprobs === undefined) return { token };
    return { token, logprob: this.#logprob(token, logits, this.#topLogprobs) };
  }

  [Symbol.dispose](): void {
    this.#chain[Symbol.dispose]();
    this.#candidates?.[Symbol.dispose]();
    if (this.#grammar !== null) this.#library.samplerFree(this.#grammar);
  }

  /**
   * A grammar looks at every token of the vocabulary, which takes longer than the model. So the likely
   * case comes first: what would be drawn without it mostly follows it.
   */
  #drawByGrammar(grammar: bigint, logits: Float32Array): number | null {
    const candidates = this.#candidates;
    if (!candidates) throw new Error("A grammar needs its candidates.");
    this.#chain.apply(candidates.fill(logits));
    let token = candidates.selected;
    if (token !== null) {
      this.#library.samplerApply(grammar, candidates.fillOne(token));
      if (!candidates.onePossible) token = null;
    }
    if (token === null) {
      const all = candidates.fill(logits);
      this.#library.samplerApply(grammar, all);
      this.#chain.apply(all);
      token = candidates.selected;
    }
    if (token === null) return null;
    this.#chain.accept(token);
    this.#library.samplerAccept(grammar, token);
    return token;
  }

  /** A copy of an output row; valid until the next one. */
  #logits(context: bigint, row: number): Float32Array {
    const pointer = this.#library.logitsOfRow(context, row);
    if (pointer === null) throw new Error(`Row ${row} has no output.`);
    const logits = (this.#row ??= new Float32Array(this.#vocabulary.size));
    copyFloats(pointer, logits);
    return logits;
  }

  #logprob(token: number, logits: Float32Array, count: number): ChosenLogprob {
    let most = Number.NEGATIVE_INFINITY;
    for (const logit of logits) if (logit > most) most = logit;
    let sum = 0;
    for (const logit of logits) sum += Math.exp(logit - most);
    const total = most + Math.log(sum);
    const describe = (id: number): TokenLogprob => {
      const bytes = [...this.#vocabulary.pieceBytes(id)];
      const text = new TextDecoder().decode(Uint8Array.from(bytes));
      return { token: id, text, bytes, logprob: (logits[id] ?? Number.NaN) - total };
    };
    return { ...describe(token), top: likeliest(logits, count).map(describe) };
  }
}

/** The first index of the greatest value; 0 of none. */
export function indexOfMost(values: Float32Array): number {
  let most = values[0] ?? Number.NaN;
  let at = 0;
  // A new greatest one is rare: asking eight at a time whether there is one takes half the time.
  const inEights = values.length - (values.length % 8);
  for (let from = 0; from < values.length; from += 8) {
    if (from < inEights && !anyOfEightAbove(values, from, most)) continue;
    for (let index = from; index < values.length && index < from + 8; index++) {
      const value = values[index] ?? Number.NaN;
      if (value > most) [most, at] = [value, index];
    }
  }
  return at;
}

function anyOfEightAbove(values: Float32Array, from: number, limit: number): boolean {
  return (
    (values[from] ?? 0) > limit ||
    (values[from + 1] ?? 0) > limit ||
    (values[from + 2] ?? 0) > limit ||
    (values[from + 3] ?? 0) > limit ||
    (values[from + 4] ?? 0) > limit ||
    (values[from + 5] ?? 0) > limit ||
    (values[from + 6] ?? 0) > limit ||
    (values[from + 7] ?? 0) > limit
  );
}

/** Indices of the greatest values, in falling order. */
export function likeliest(values: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    const last = best.at(-1);
    if (best.length === count && (last === undefined || value <= (values[last] ?? 0))) continue;
    const place = best.findIndex((other) => (values[other] ?? 0) < value);
    best.splice(place < 0 ? best.length : place, 0, index);
    if (best.length > count) best.pop();
  }
  return best;
}

function openGrammar(library: Libllama, vocabulary: Vocabulary, grammar: string): bigint {
  const sampler =
    grammar.trim() === "" ? null : library.samplerGrammar(vocabulary.pointer, grammar, "root");
  if (sampler !== null) return sampler;
  throw new HearthError({
    code: "bad-input",
    title: "The grammar cannot be read.",
    cause: "It is not valid GBNF, or it has no rule named “root”.",
    suggestion: "Correct the grammar, or ask without one.",
  });
}
