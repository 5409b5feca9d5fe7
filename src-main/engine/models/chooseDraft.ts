import type { DraftRefusal, MemoryEstimate, Model } from "../../contract/models.ts";
import type { Settings } from "../../contract/settings.ts";
import { mostDraftShare } from "../llama/draftFit.ts";

export interface DraftChoice {
  /** The small model that guesses ahead; null for none. */
  readonly model: Model | null;
  /** Why there is none, where one was named or would have suited. */
  readonly refusal: DraftRefusal | null;
}

const none: DraftChoice = { model: null, refusal: null };

/**
 * The model that guesses ahead for another one. What is looked at here are headers; the process that loads
 * both compares them exactly and may still refuse.
 *
 * @param judge whether both have room together. What the user has named may be tight; what Hearth takes
 *   by itself must not slow other programs down
 */
export function chooseDraft(
  setting: Settings["draftModel"],
  target: Model,
  models: readonly Model[],
  judge: (draft: Model) => MemoryEstimate["verdict"],
): DraftChoice {
  if (setting === "off" || target.kind !== "chat") return none;
  if (setting === "auto") {
    const [smallest] = models
      .filter((model) => model.vocabularyHash !== undefined && misfit(model, target) === null)
      .toSorted((a, b) => a.bytes - b.bytes);
    if (!smallest) return none;
    return judge(smallest) === "fits"
      ? { model: smallest, refusal: null }
      : { model: null, refusal: "memory" };
  }
  const named = models.find(({ id }) => id === setting);
  const refusal = named ? misfit(named, target) : "missing";
  if (!named || refusal !== null) return { model: null, refusal };
  return judge(named) === "too-large"
    ? { model: null, refusal: "memory" }
    : { model: named, refusal: null };
}

function misfit(draft: Model, target: Model): DraftRefusal | null {
  if (draft.error) return "missing";
  if (draft.kind !== "chat") return "kind";
  if (draft.vocabularyHash !== target.vocabularyHash) return "vocabulary";
  return draft.bytes > target.bytes * mostDraftShare ? "size" : null;
}
