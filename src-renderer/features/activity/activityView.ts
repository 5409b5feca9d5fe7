import type { ActivityState, ModelActivity } from "../../../src-main/contract/activity.ts";
import type { LoadedModel, ModelsState } from "../../../src-main/contract/models.ts";

/** What the strip shows of one model: numbers, ready to be put into words. */
export interface ActivityView {
  readonly name: string;
  readonly device: string;
  readonly threads: number;
  /** Tokens per second that are written, over all chats. */
  readonly writing: number;
  /** Null while there is nothing to read. */
  readonly reading: {
    readonly tokensLeft: number;
    readonly perSecond: number;
    /** Null until the rate is known. */
    readonly remainingMs: number | null;
  } | null;
  readonly longestTokens: number;
  readonly contextTokens: number;
  /** Null where nothing has said yet how large it is. */
  readonly cache: {
    readonly cells: number;
    readonly ofCells: number;
    readonly bytes: number;
    readonly ofBytes: number;
  } | null;
  readonly running: number;
  readonly waiting: number;
  readonly places: number;
}

type Models = Pick<ModelsState, "models" | "loaded" | "chatModelId">;

/**
 * The chat model that works, or else the one that is loaded for chats; undefined where none is.
 * Several work only for a moment, while one of them makes room for another.
 */
export function toActivityView(
  models: Models | undefined,
  activity: ActivityState | undefined,
): ActivityView | undefined {
  const busiest = activity?.models.toSorted(
    (a, b) => b.running + b.waiting - (a.running + a.waiting),
  )[0];
  const ofChats = models?.loaded.find(
    (entry) => entry.modelId === models.chatModelId && entry.status === "ready",
  );
  const working = busiest && busiest.running + busiest.waiting > 0 ? busiest : undefined;
  const shown =
    working ??
    activity?.models.find((entry) => entry.modelId === ofChats?.modelId) ??
    ofChats ??
    busiest;
  if (!shown) return undefined;
  const name = models?.models.find((model) => model.id === shown.modelId)?.name ?? "";
  return "running" in shown ? fromActivity(shown, name) : fromLoaded(shown, name);
}

function fromActivity(activity: ModelActivity, name: string): ActivityView {
  const { promptTokensLeft: tokensLeft, promptTokensPerSecond: perSecond } = activity;
  const { kvCells, kvCellsUsed, kvBytesPerCell } = activity;
  return {
    name,
    device: activity.device,
    threads: activity.threads,
    writing: activity.tokensPerSecond,
    reading:
      tokensLeft > 0
        ? {
            tokensLeft,
            perSecond,
            remainingMs: perSecond > 0 ? (1000 * tokensLeft) / perSecond : null,
          }
        : null,
    longestTokens: activity.longestTokens,
    contextTokens: activity.contextTokens,
    cache:
      kvCells > 0
        ? {
            cells: kvCellsUsed,
            ofCells: kvCells,
            bytes: kvCellsUsed * kvBytesPerCell,
            ofBytes: kvCells * kvBytesPerCell,
          }
        : null,
    running: activity.running,
    waiting: activity.waiting,
    places: activity.places,
  };
}

/** A model that is loaded and has not been at work yet. */
function fromLoaded(loaded: LoadedModel, name: string): ActivityView {
  return {
    name,
    device: loaded.device,
    threads: loaded.threads,
    writing: 0,
    reading: null,
    longestTokens: 0,
    contextTokens: loaded.contextTokens,
    cache: null,
    running: 0,
    waiting: 0,
    places: 0,
  };
}

/**
 * The most prompt tokens that were left since there were none: what the progress of reading is a
 * share of. A prompt that joins raises it.
 */
export function nextPeak(peak: number, tokensLeft: number): number {
  return tokensLeft <= 0 ? 0 : Math.max(peak, tokensLeft);
}

/** The value added at the end, and no more than `most` of them. */
export function pushSample(
  samples: readonly number[],
  value: number,
  most: number,
): readonly number[] {
  return [...samples, value].slice(-most);
}
