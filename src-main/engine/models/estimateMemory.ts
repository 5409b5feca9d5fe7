import type { KvType } from "../../contract/devices.ts";
import type { MemoryEstimate, ModelMemory } from "../../contract/models.ts";
import { draftBatchTokens } from "../llama/draftFit.ts";

/** Bytes of one cached value. The quantized types keep 32 values and a scale in a block. */
export const kvValueBytes: Readonly<Record<KvType, number>> = {
  f16: 2,
  q8_0: 34 / 32,
  q4_0: 18 / 32,
};

/** Tokens of one step; its buffers are made for so many at once. */
const stepTokens = 512;
/** Tokens that are predicted in one step. */
const stepOutputs = 64;
/** A process with nothing loaded: Node, the libraries, and what they keep. */
const processBytes = 96 * 2 ** 20;

export interface MemoryNeed {
  readonly weightsBytes: number;
  readonly kvBytes: number;
  readonly workBytes: number;
  readonly totalBytes: number;
}

/**
 * The memory that a model takes with a context of so many tokens. Weights and cache are exact by
 * the format; the work space is a bound, because the library reserves it for a full step.
 */
export function estimateMemory(
  memory: ModelMemory,
  contextTokens: number,
  kvType: KvType,
): MemoryNeed {
  const { weightsBytes } = memory;
  const kvBytes = contextTokens * kvBytesPerToken(memory, kvType);
  const workBytes =
    processBytes + 4 * (stepTokens * memory.stepValues + stepOutputs * memory.vocabulary);
  return { weightsBytes, kvBytes, workBytes, totalBytes: weightsBytes + kvBytes + workBytes };
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
