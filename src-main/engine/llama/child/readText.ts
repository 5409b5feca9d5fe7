import type { TextReading } from "../../../contract/quantBench.ts";
import { HearthError } from "../../../contract/errors.ts";
import type { LogitDifference } from "./compareLogits.ts";
import { decodeBatch, logitsOfRow } from "./decodeRows.ts";
import { KeptPredictions } from "./KeptPredictions.ts";
import type { Libllama } from "./libllama.ts";
import { openCheckedLibllama } from "./libllamaGate.ts";
import { loadModel } from "./loadModel.ts";
import { NativeBatch } from "./NativeBatch.ts";
import type { ReadTextQuestion } from "./protocol.ts";
import { createThreadpool } from "./threadpool.ts";
import { Vocabulary } from "./Vocabulary.ts";

const mostTokens = 2048;
/** A step is what a chat may have to wait for. */
const stepTokens = 64;
/** With hardly anything before it, a prediction says little of a model. */
const unjudgedTokens = 16;

export interface ReadTextHooks {
  readonly onProgress: (fraction: number) => void;
  /** Waits until the processor's cores may be used for a step. */
  readonly takeTurn: () => Promise<void>;
}

/**
 * Has several files of one model read the same text, one after the other, and says how well each foretells
 * it, and how far its predictions are from those of the first file.
 *
 * @throws HearthError as loading does; `model-damaged` where a file makes no numbers
 */
export async function readText(
  question: ReadTextQuestion,
  { onProgress, takeTurn }: ReadTextHooks,
): Promise<TextReading[]> {
  const { options, models } = question;
  const { library } = openCheckedLibllama(options.libraryFolder, options.libraryPlatform);
  library.backendLoadAll(options.libraryFolder);
  library.backendInit();
  const readings: TextReading[] = [];
  let kept: KeptPredictions | undefined;
  for (const [at, path] of models.entries()) {
    const onShare = (share: number): void => onProgress((at + share) / models.length);
    await takeTurn();
    const model = await loadModel(library, {
      path,
      gpuLayers: 0,
      onProgress: (fraction) => onShare(fraction / 4),
    });
    try {
      const vocabulary = new Vocabulary(library, library.modelVocab(model));
      const first = kept === undefined;
      kept ??= new KeptPredictions(vocabulary.size);
      const reader = new Reader(kept, first);
      await read(library, model, vocabulary, question, reader, {
        takeTurn,
        onProgress: (share) => onShare(0.25 + 0.75 * share),
      });
      readings.push(reader.reading(path));
    } finally {
      library.modelFree(model);
    }
  }
  return readings;
}

/** Gathers what one file made of the text. */
class Reader {
  readonly #kept: KeptPredictions;
  readonly #first: boolean;
  readonly #losses: number[] = [];
  readonly #differences: LogitDifference[] = [];

  constructor(kept: KeptPredictions, first: boolean) {
    this.#kept = kept;
    this.#first = first;
  }

  add(row: Float32Array, next: number): void {
    if (this.#first) {
      this.#losses.push(this.#kept.keep(row, next));
      return;
    }
    const { loss, difference } = this.#kept.compare(this.#losses.length, row, next);
    this.#losses.push(loss);
    if (difference) this.#differences.push(difference);
  }

  reading(path: string): TextReading {
    const { mean, error } = meanOf(this.#losses);
    if (!Number.isFinite(mean)) throw noNumbers(path);
    const perplexity = Math.exp(mean);
    const reading = {
      tokens: this.#losses.length,
      perplexity,
      perplexityError: perplexity * error,
    };
    const differences = this.#differences;
    if (differences.length === 0) return { ...reading, against: null };
    const rise = meanOf(differences.map(({ exactLoss, otherLoss }) => otherLoss - exactLoss));
    return {
      ...reading,
      against: {
        tokens: differences.length,
        perplexityRatio: Math.exp(rise.mean),
        ratioError: Math.exp(rise.mean) * rise.error,
        divergence: meanOf(differences.map(({ divergence }) => divergence)).mean,
        sameTop: meanOf(differences.map(({ sameTop }) => Number(sameTop))).mean,
      },
    };
  }
}

async function read(
  library: Libllama,
  model: bigint,
  vocabulary: Vocabulary,
  { options, text }: ReadTextQuestion,
  reader: Reader,
  { takeTurn, onProgress }: ReadTextHooks,
): Promise<void> {
  const trained = library.modelTrainContext(model);
  const most = trained > 0 ? Math.min(mostTokens, trained) : mostTokens;
  const tokens = vocabulary
    .tokenize(text, { addSpecial: true, parseSpecial: false })
    .subarray(0, most);
  const context = library.contextInit(model, {
    ...library.contextDefaultParams(),
    n_ctx: most,
    n_batch: stepTokens,
    n_ubatch: stepTokens,
    n_threads: options.threads,
    n_threads_batch: options.threads,
    offload_kqv: false,
    op_offload: false,
  });
  if (context === null) {
    throw new HearthError({
      code: "out-of-memory",
      title: "There is not enough memory to read the text.",
      suggestion: "Close other applications, or leave out the largest file.",
    });
  }
  try {
    const pool = createThreadpool(library, options.threads);
    if (pool !== null) library.attachThreadpool(context, pool, pool);
    using batch = new NativeBatch(stepTokens);
    for (let start = 0; start < tokens.length; start += stepTokens) {
      await takeTurn();
      const step = tokens.subarray(start, start + stepTokens);
      batch.clear();
      step.forEach((token, index) => batch.add(token, start + index, 0, true));
      await decodeBatch(library, context, batch);
      for (let row = 0; row < step.length; row++) {
        const next = tokens[start + row + 1];
        if (next === undefined || start + row < unjudgedTokens) continue;
        reader.add(logitsOfRow(library, context, row, vocabulary.size), next);
      }
      onProgress(Math.min(1, (start + stepTokens) / tokens.length));
    }
  } finally {
    library.contextFree(context);
  }
}

/** The mean, and its standard error as if the values did not depend on each other. */
function meanOf(values: readonly number[]): { mean: number; error: number } {
  const count = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / Math.max(1, count - 1) / count) };
}

function noNumbers(path: string): HearthError {
  return new HearthError({
    code: "model-damaged",
    title: "This file cannot read a text.",
    cause: `What it computes are no numbers: ${path}`,
    suggestion: "Leave it out, or make or fetch the file again.",
  });
}
