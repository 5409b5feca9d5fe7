import type { ModelPurpose } from "../llama/InferenceBackend.ts";
import type { KvType } from "../../contract/devices.ts";
import type { Fit } from "../../contract/fit.ts";
import type { ModelMemory } from "../../contract/models.ts";
import { usableGraphicsShare } from "./chooseTarget.ts";
import {
  comfortable,
  estimateMemory,
  judgeFit,
  kvBytesPerToken,
  largestContext,
} from "./estimateMemory.ts";

/** A graphics device that a model could run on. */
export interface FitDevice {
  /** What people know it by. */
  readonly name: string;
  readonly freeBytes: number;
  /** Its memory is the processor's own, as on Apple silicon: then it counts once. */
  readonly shared: boolean;
  /** How fast it reads its memory; null where that was not measured. */
  readonly bytesPerSecond: number | null;
}

/** What there is on this machine, and what is wanted of it. */
export interface FitSituation {
  /** Null: as much as the model was trained for. */
  readonly contextTokens: number | null;
  readonly kvType: KvType;
  readonly purpose: ModelPurpose;
  /** Free for the processor, counting what would be unloaded first. */
  readonly freeBytes: number;
  /** How fast the processor reads its memory; null where that was not measured. */
  readonly bytesPerSecond: number | null;
  /** The device that would be taken; null for the processor alone. */
  readonly graphics: FitDevice | null;
  /** Types of weights that this processor keeps a second time. */
  readonly repacked: readonly string[];
  /** Measured against foretold in earlier loads; 1 where there were none. */
  readonly correction: number;
}

/**
 * Of the memory's speed so much is left while a model writes: the rest goes to arithmetic and waiting. A
 * model of 135 million weights was measured at 0.43 on two cores; larger ones wait less.
 */
const writingShare = 0.5;
/** A speed is told for a chat of so many tokens. */
const usualTokens = 1024;

/**
 * Says from what a header tells, of a file that need not be here yet, whether a model fits this machine, with
 * how long a context, and how fast it should be.
 *
 * @param trainedTokens the context that it was trained for; 0 where the header does not say
 */
export function fitMemory(
  memory: ModelMemory,
  trainedTokens: number,
  situation: FitSituation,
): Fit {
  const { kvType, purpose, freeBytes, graphics, correction, repacked } = situation;
  const trained = trainedTokens > 0 ? trainedTokens : (situation.contextTokens ?? usualTokens);
  const contextTokens = Math.min(situation.contextTokens ?? trained, trained);
  const need = (tokens: number, onProcessor: boolean): number =>
    correction *
    estimateMemory(memory, tokens, kvType, { purpose, repacked: onProcessor ? repacked : [] })
      .totalBytes;
  const { layers } = memory;
  const room = graphics
    ? usableGraphicsShare *
      (graphics.shared ? Math.min(graphics.freeBytes, freeBytes) : graphics.freeBytes)
    : 0;
  const onGraphics = need(contextTokens, false);
  const facts = { contextTokens, layers };
  if (graphics && onGraphics <= room) {
    return {
      ...facts,
      verdict: "gpu",
      device: graphics.name,
      neededBytes: onGraphics,
      freeBytes: graphics.freeBytes,
      gpuLayers: layers + 1,
      largestContextTokens: largestContext((tokens) => need(tokens, false), room, trained),
      tokensPerSecond: speed(memory, situation, contextTokens, 1),
    };
  }
  const onProcessor = need(contextTokens, true);
  // Memory that both share is not won by splitting.
  if (graphics && !graphics.shared) {
    const gpuLayers = layersIn(room, memory, contextTokens, kvType, correction);
    const share = gpuLayers / (layers + 1);
    if (gpuLayers >= layers / 4 && onProcessor * (1 - share) <= freeBytes) {
      return {
        ...facts,
        verdict: "split",
        device: graphics.name,
        neededBytes: onGraphics,
        freeBytes: freeBytes + graphics.freeBytes,
        gpuLayers,
        largestContextTokens: largestContext(
          (tokens) => need(tokens, true),
          comfortable(freeBytes + room),
          trained,
        ),
        tokensPerSecond: speed(memory, situation, contextTokens, share),
      };
    }
  }
  const judged = judgeFit(onProcessor, freeBytes);
  const limit = judged === "fits" ? comfortable(freeBytes) : freeBytes;
  return {
    ...facts,
    device: null,
    verdict: judged === "fits" ? "cpu" : judged === "tight" ? "tight" : "wont",
    neededBytes: onProcessor,
    freeBytes,
    gpuLayers: 0,
    largestContextTokens: largestContext((tokens) => need(tokens, true), limit, trained),
    tokensPerSecond: judged === "too-large" ? null : speed(memory, situation, contextTokens, 0),
  };
}

function layersIn(
  room: number,
  memory: ModelMemory,
  contextTokens: number,
  kvType: KvType,
  correction: number,
): number {
  const { weightsBytes, kvBytes, workBytes } = estimateMemory(memory, contextTokens, kvType, {
    purpose: "chat",
    repacked: [],
  });
  const each = (correction * (weightsBytes + kvBytes)) / (memory.layers + 1);
  return Math.max(0, Math.floor((room - correction * workBytes) / each));
}

/** Each token that is written reads the weights and the chat's cache once. */
export function speed(
  memory: ModelMemory,
  situation: Pick<FitSituation, "bytesPerSecond" | "graphics" | "kvType" | "purpose">,
  contextTokens: number,
  shareOnGraphics: number,
): number | null {
  const { bytesPerSecond, graphics, kvType, purpose } = situation;
  if (purpose !== "chat") return null;
  const bytes =
    (memory.readBytes ?? memory.weightsBytes) +
    Math.min(usualTokens, contextTokens) * kvBytesPerToken(memory, kvType);
  const secondsOn = (share: number, rate: number | null | undefined): number | null =>
    share === 0 ? 0 : rate ? (share * bytes) / (rate * writingShare) : null;
  const there = secondsOn(shareOnGraphics, graphics?.bytesPerSecond);
  const here = secondsOn(1 - shareOnGraphics, bytesPerSecond);
  return there === null || here === null ? null : 1 / (there + here);
}
