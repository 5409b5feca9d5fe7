import type { KvType } from "../../../contract/devices.ts";
import { HearthError } from "../../../contract/errors.ts";
import type { KvVerdict } from "../../../contract/models.ts";
import { compareLogits, type LogitDifference } from "./compareLogits.ts";
import { decodeBatch, logitsOfRow } from "./decodeRows.ts";
import { kvCheckText } from "./kvCheckText.ts";
import { kvParams } from "./kvParams.ts";
import type { Libllama } from "./libllama.ts";
import { openCheckedLibllama } from "./libllamaGate.ts";
import { loadModel } from "./loadModel.ts";
import { NativeBatch } from "./NativeBatch.ts";
import type { ModelPlace } from "./protocol.ts";
import { Vocabulary } from "./Vocabulary.ts";
import { createThreadpool } from "./threadpool.ts";

const mostTokens = 512;
const stepTokens = 64;
/** Predictions with little before them hardly use the cache. */
const unjudgedTokens = 64;

/**
 * What a KV type may cost to be offered. Perplexity may rise by less than the step to weights of four
 * bits takes, which most people accept; a cache that costs more than that saves memory in the wrong
 * place. Divergence and agreement are bounded to the same measure. On a model of 135 million weights,
 * the kind that suffers most, q8_0 was measured at 0.962, 0.005 and 1.010, q4_0 at 0.886, 0.048 and
 * 1.064: the bounds lie between, several standard errors (0.009 for the agreement) from the latter.
 */
export const kvLimits = {
  agreement: 0.94,
  meanDivergence: 0.015,
  perplexityRatio: 1.02,
} as const;

/**
 * Runs a fixed text through the model with an f16 cache and with each of the given types, and
 * compares every prediction.
 *
 * @throws HearthError as loading does
 */
export async function checkKvTypes(
  options: ModelPlace,
  types: readonly KvType[],
  onProgress: (fraction: number) => void,
): Promise<KvVerdict[]> {
  const { library } = openCheckedLibllama(options.libraryFolder, options.libraryPlatform);
  library.backendLoadAll(options.libraryFolder);
  library.backendInit();
  const model = await loadModel(library, {
    path: options.modelPath,
    gpuLayers: options.gpuLayers,
    deviceName: options.deviceName ?? null,
    onProgress: (fraction) => onProgress(fraction / 4),
  });
  const vocabulary = new Vocabulary(library, library.modelVocab(model));
  const trained = library.modelTrainContext(model);
  const tokens = vocabulary
    .tokenize(kvCheckText, { addSpecial: true, parseSpecial: false })
    .subarray(0, Math.min(mostTokens, trained > 0 ? trained : mostTokens));
  const pool = createThreadpool(library, options.threads);
  const make = (kvType: KvType): bigint | null => {
    const context = library.contextInit(model, {
      ...library.contextDefaultParams(),
      n_ctx: mostTokens,
      n_batch: stepTokens,
      n_ubatch: stepTokens,
      n_threads: options.threads,
      n_threads_batch: options.threads,
      offload_kqv: options.gpuLayers !== 0,
      op_offload: options.gpuLayers !== 0,
      ...kvParams(kvType),
    });
    if (context !== null && pool !== null) library.attachThreadpool(context, pool, pool);
    return context;
  };
  const exact = make("f16");
  if (exact === null) {
    throw new HearthError({
      code: "out-of-memory",
      title: "There is not enough memory for the comparison.",
      suggestion: "Close other applications and try again.",
    });
  }
  const verdicts: KvVerdict[] = [];
  for (const [index, kvType] of types.entries()) {
    const other = make(kvType);
    if (other === null) {
      verdicts.push(impossible(kvType));
      continue;
    }
    const onShare = (share: number): void =>
      onProgress(0.25 + (0.75 * (index + share)) / types.length);
    const differences = await compare(library, vocabulary.size, [exact, other], tokens, onShare);
    library.contextFree(other);
    verdicts.push(judge(kvType, differences));
  }
  return verdicts;
}

/** Decodes the tokens in both contexts, step by step, and compares the rows of each step. */
async function compare(
  library: Libllama,
  vocabularySize: number,
  contexts: readonly [bigint, bigint],
  tokens: Int32Array,
  onShare: (share: number) => void,
): Promise<LogitDifference[]> {
  for (const context of contexts) {
    const memory = library.memory(context);
    if (memory !== null) library.memoryClear(memory, true);
  }
  const differences: LogitDifference[] = [];
  using batch = new NativeBatch(stepTokens);
  for (let start = 0; start < tokens.length; start += stepTokens) {
    const step = tokens.subarray(start, start + stepTokens);
    batch.clear();
    step.forEach((token, index) => batch.add(token, start + index, 0, true));
    for (const context of contexts) await decodeBatch(library, context, batch);
    for (let row = 0; row < step.length; row++) {
      const next = tokens[start + row + 1];
      if (next === undefined || start + row < unjudgedTokens) continue;
      const [exact, other] = contexts;
      differences.push(
        compareLogits(
          logitsOfRow(library, exact, row, vocabularySize),
          logitsOfRow(library, other, row, vocabularySize),
          next,
        ),
      );
    }
    onShare(Math.min(1, (start + stepTokens) / tokens.length));
  }
  return differences;
}

function judge(kvType: KvType, differences: readonly LogitDifference[]): KvVerdict {
  const count = Math.max(1, differences.length);
  const mean = (value: (difference: LogitDifference) => number): number =>
    differences.reduce((sum, difference) => sum + value(difference), 0) / count;
  const agreement = mean(({ sameTop }) => (sameTop ? 1 : 0));
  const meanDivergence = mean(({ divergence }) => divergence);
  const perplexityRatio = Math.exp(mean(({ exactLoss, otherLoss }) => otherLoss - exactLoss));
  return {
    kvType,
    passed:
      differences.length > 0 &&
      agreement >= kvLimits.agreement &&
      meanDivergence <= kvLimits.meanDivergence &&
      perplexityRatio <= kvLimits.perplexityRatio,
    agreement,
    meanDivergence,
    perplexityRatio,
    tokens: differences.length,
    problem: null,
  };
}

function impossible(kvType: KvType): KvVerdict {
  return {
    kvType,
    passed: false,
    agreement: 0,
    meanDivergence: 0,
    perplexityRatio: 1,
    tokens: 0,
    problem: "The library cannot keep this model's cache in this type.",
  };
}
