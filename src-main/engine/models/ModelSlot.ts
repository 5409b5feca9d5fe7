import type { Model } from "../../contract/models.ts";
import type { InferenceBackend, ModelPurpose } from "../llama/InferenceBackend.ts";
import { DeathCount } from "./DeathCount.ts";
import type { LadderResult } from "./loadLadder.ts";

/** A model that is in memory, or was, and who waits for it. */
export interface Slot {
  model: Model;
  purpose: ModelPurpose;
  backend: InferenceBackend | undefined;
  /** What the backend was loaded with, and what was given up for it. */
  loadedWith: Pick<LadderResult<unknown>, "shape" | "steps"> | undefined;
  /** Stops the load that is going on. */
  loading: AbortController | undefined;
  users: number;
  readonly deaths: DeathCount;
  /** Settings have changed since it was loaded; it is unloaded when its last user is done. */
  outdated: boolean;
}

export function newSlot(model: Model, purpose: ModelPurpose): Slot {
  return {
    ...{ model, purpose },
    ...{ backend: undefined, loadedWith: undefined, loading: undefined },
    ...{ users: 0, deaths: new DeathCount(), outdated: false },
  };
}
