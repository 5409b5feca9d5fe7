import { HearthError } from "../../../contract/errors.ts";
import { createContext, textTokensOf } from "./createContext.ts";
import { decodeBatch, logitsOfRow } from "./decodeRows.ts";
import { kvCheckText } from "./kvCheckText.ts";
import type { Libllama } from "./libllama.ts";
import { openCheckedLibllama } from "./libllamaGate.ts";
import { loadModel } from "./loadModel.ts";
import { NativeBatch } from "./NativeBatch.ts";
import type { CompareQuestion, ModelComparison } from "./protocol.ts";
import { PooledBatches } from "./PooledBatches.ts";
import { TextEmbedder } from "./TextEmbedder.ts";
import { createThreadpool } from "./threadpool.ts";
import { tokenLoss } from "./tokenLoss.ts";
import { Vocabulary } from "./Vocabulary.ts";

const mostTokens = 192;
const stepTokens = 64;

/** What a model made of the text: how much each token surprised it, or the text's vectors. */
type Reading =
  | { readonly kind: "losses"; readonly losses: readonly number[] }
  | {
      readonly kind: "vectors";
      readonly vectors: readonly Float32Array[];
      readonly tokens: number;
    };

/**
 * Lets a result and its source read the same text, one after the other, and says how they differ. Every
 * value of the result's weights is looked at on the way.
 *
 * @throws HearthError as loading does; `model-damaged` where the result makes no numbers
 */
export async function compareModels(
  question: CompareQuestion,
  onProgress: (fraction: number) => void,
): Promise<ModelComparison> {
  const { library } = openCheckedLibllama(
    question.options.libraryFolder,
    question.options.libraryPlatform,
  );
  library.backendLoadAll(question.options.libraryFolder);
  library.backendInit();
  const result = await read(library, question, question.result, true, (share) =>
    onProgress(share / 2),
  );
  const source = await read(library, question, question.source, false, (share) =>
    onProgress(0.5 + share / 2),
  );
  if (result.kind === "losses" && source.kind === "losses") {
    const perplexityRatio = Math.exp(mean(result.losses) - mean(source.losses));
    if (!Number.isFinite(mean(result.losses))) throw noNumbers();
    return { perplexityRatio, similarity: null, tokens: result.losses.length };
  }
  if (result.kind !== "vectors" || source.kind !== "vectors") throw noNumbers();
  const similarities = result.vectors.map((vector, at) => dot(vector, source.vectors[at]));
  // A vector that is no vector has length 0.
  if (result.vectors.some((vector) => dot(vector, vector) < 0.5)) throw noNumbers();
  return {
    perplexityRatio: null,
    similarity: Math.min(...similarities),
    tokens: result.tokens,
  };
}

async function read(
  library: Libllama,
  { options, purpose }: CompareQuestion,
  path: string,
  checkTensors: boolean,
  onShare: (share: number) => void,
): Promise<Reading> {
  const model = await loadModel(library, {
    path,
    gpuLayers: 0,
    checkTensors,
    onProgress: (fraction) => onShare(fraction / 2),
  });
  try {
    const vocabulary = new Vocabulary(library, library.modelVocab(model));
    if (purpose === "embedding") {
      const load = {
        ...options,
        modelPath: path,
        purpose,
        contextTokens: null,
        places: 0,
        stateFolder: null,
      };
      using context = createContext(library, model, load);
      using batches = new PooledBatches(library, context, library.modelEmbeddingSize(model));
      const embedder = new TextEmbedder(batches, vocabulary, textTokensOf(library, model, load));
      const texts = kvCheckText.split(/(?<=\.)\s+/u).slice(0, 12);
      return { kind: "vectors", ...(await embedder.embed(texts, () => false)) };
    }
    const losses = await readLosses(library, model, vocabulary, options.threads, onShare);
    return { kind: "losses", losses };
  } finally {
    library.modelFree(model);
  }
}

async function readLosses(
  library: Libllama,
  model: bigint,
  vocabulary: Vocabulary,
  threads: number,
  onShare: (share: number) => void,
): Promise<number[]> {
  const trained = library.modelTrainContext(model);
  const tokens = vocabulary
    .tokenize(kvCheckText, { addSpecial: true, parseSpecial: false })
    .subarray(0, trained > 0 ? Math.min(mostTokens, trained) : mostTokens);
  const context = library.contextInit(model, {
    ...library.contextDefaultParams(),
    n_ctx: mostTokens,
    n_batch: stepTokens,
    n_ubatch: stepTokens,
    n_threads: threads,
    n_threads_batch: threads,
    offload_kqv: false,
    op_offload: false,
  });
  if (context === null) {
    throw new HearthError({
      code: "out-of-memory",
      title: "There is not enough memory to check the result.",
      suggestion: "Close other applications and try again.",
    });
  }
  const pool = createThreadpool(library, threads);
  if (pool !== null) library.attachThreadpool(context, pool, pool);
  const losses: number[] = [];
  try {
    using batch = new NativeBatch(stepTokens);
    for (let start = 0; start < tokens.length; start += stepTokens) {
      const step = tokens.subarray(start, start + stepTokens);
      batch.clear();
      step.forEach((token, index) => batch.add(token, start + index, 0, true));
      await decodeBatch(library, context, batch);
      for (let row = 0; row < step.length; row++) {
        const next = tokens[start + row + 1];
        if (next === undefined) continue;
        losses.push(tokenLoss(logitsOfRow(library, context, row, vocabulary.size), next));
      }
      onShare(0.5 + Math.min(1, (start + stepTokens) / tokens.length) / 2);
    }
  } finally {
    library.contextFree(context);
  }
  return losses;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function dot(one: Float32Array, other: Float32Array | undefined): number {
  return one.reduce((sum, value, at) => sum + value * (other?.[at] ?? 0), 0);
}

function noNumbers(): HearthError {
  return new HearthError({
    code: "model-damaged",
    title: "The new quantization does not work.",
    cause: "What it computes are no numbers.",
    suggestion: "Choose another quantization, or make it from a finer file.",
  });
}
