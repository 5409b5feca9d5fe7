import type { ModelPurpose } from "../llama/InferenceBackend.ts";
import type { KvType } from "../../contract/devices.ts";
import type { MemoryEstimate, ModelMemory } from "../../contract/models.ts";
import { draftBatchTokens } from "../llama/draftFit.ts";
import { repackedTypesHere } from "./repackedTypes.ts";

/** Bytes of one cached value. The quantized types keep 32 values and a scale in a block. */
export const kvValueBytes: Readonly<Record<KvType, number>> = {
  f16: 2,
  q8_0: 34 / 32,
  q4_0: 18 / 32,
};

/** Tokens of one step; its buffers are made for so many at once. */
const stepTokens = 512;
/** Tokens that may be predicted in one step, and those that usually are. */
const stepOutputs = 64;
const usualOutputs = 8;
/** An embedder takes so many tokens at once, and at least one whole text. */
const embedTokens = 1024;
/** A text to embed has at most so many tokens. */
export const mostTextTokens = 2048;
/**
 * A process with nothing loaded: Node, the libraries, and what they keep. One that runs from source holds
 * what turns TypeScript into JavaScript, too.
 */
const processBytes = (import.meta.url.endsWith(".ts") ? 118 : 82) * 2 ** 20;
/** What the library keeps for each word of a vocabulary, to find it by text and by number. */
const bytesPerWord = 320;
/** A mask of attention has a number of 16 bits for each token of the step and of the context. */
const maskBytes = 2;

export interface MemoryNeed {
  readonly weightsBytes: number;
  readonly kvBytes: number;
  readonly workBytes: number;
  readonly totalBytes: number;
}

export interface MemoryUse {
  readonly purpose: ModelPurpose;
  /** Types of weights that are kept a second time; none on a graphics device. */
  readonly repacked: readonly string[];
}

export const chatHere = (): MemoryUse => ({ purpose: "chat", repacked: repackedTypesHere() });

/**
 * The memory that a model takes at its peak with a context of so many tokens. Weights and cache are exact
 * by the format; the work space follows the largest things that are in it at one time.
 *
 * @param contextTokens for an embedder the most tokens of one text
 */
export function estimateMemory(
  memory: ModelMemory,
  contextTokens: number,
  kvType: KvType,
  use: MemoryUse = chatHere(),
): MemoryNeed {
  const { weightsBytes, vocabulary } = memory;
  const kvBytes = use.purpose === "chat" ? contextTokens * kvBytesPerToken(memory, kvType) : 0;
  const again = use.repacked.reduce((sum, type) => sum + (memory.repackable?.[type] ?? 0), 0);
  const stepBytes =
    use.purpose === "chat" ? chatStep(memory, contextTokens) : embedStep(memory, contextTokens);
  const workBytes = processBytes + bytesPerWord * vocabulary + again + stepBytes;
  return { weightsBytes, kvBytes, workBytes, totalBytes: weightsBytes + kvBytes + workBytes };
}

/** The values of a layer are gone when those of the output are made: the larger of the two counts. */
function chatStep(memory: ModelMemory, contextTokens: number): number {
  const { stepValues, vocabulary, embedding = 0 } = memory;
  const tokens = Math.min(stepTokens, contextTokens);
  const outputs = Math.min(stepOutputs, tokens);
  const values = Math.max(tokens * stepValues, outputs * vocabulary + tokens * embedding);
  return 4 * (values + usualOutputs * vocabulary) + maskBytes * tokens * contextTokens;
}

/** The library keeps a prediction over the whole vocabulary for each token that is embedded. */
function embedStep(memory: ModelMemory, textTokens: number): number {
  const { stepValues, vocabulary, embedding = 0 } = memory;
  const tokens = Math.max(embedTokens, textTokens);
  return 4 * tokens * (stepValues + vocabulary + embedding) + maskBytes * tokens ** 2;
}

/** The memory that a draft model takes beside a chat model, in the chat model's process. */
export function estimateDraft(memory: ModelMemory, contextTokens: number): number {
  const { weightsBytes, stepValues, vocabulary } = memory;
  const kvBytes = contextTokens * kvBytesPerToken(memory, "f16");
  return weightsBytes + kvBytes + 4 * (draftBatchTokens * stepValues + stepOutputs * vocabulary);
}

export function kvBytesPerToken(memory: ModelMemory, kvType: KvType): number {
  return (memory.keyValues + memory.valueValues) * kvValueBytes[kvType];
}

/** Beyond this share of what is free, other programs would be pushed out. */
const comfortableShare = 0.8;

export function judgeFit(neededBytes: number, freeBytes: number): MemoryEstimate["verdict"] {
  if (neededBytes <= freeBytes * comfortableShare) return "fits";
  return neededBytes <= freeBytes ? "tight" : "too-large";
}

/** Whether the cache of a model can be kept in a type at all: packed types need rows of 32. */
export function canPack(memory: ModelMemory | undefined, kvType: KvType): boolean {
  return kvType === "f16" || memory === undefined || memory.rowLength % 32 === 0;
}

/**
 * The longest context for which a need that grows with it stays within a limit: whole steps of 256 tokens,
 * at most what the model was trained for; 0 where not even one step has room.
 */
export function largestContext(
  needOf: (contextTokens: number) => number,
  limitBytes: number,
  trainedTokens: number,
): number {
  if (needOf(trainedTokens) <= limitBytes) return trainedTokens;
  let fits = 0;
  let fails = Math.ceil(trainedTokens / contextStep);
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2);
    if (needOf(middle * contextStep) <= limitBytes) fits = middle;
    else fails = middle;
  }
  return fits * contextStep;
}

const contextStep = 256;
/** What a largest context leaves free for others. */
export const comfortable = (freeBytes: number): number => freeBytes * comfortableShare;
