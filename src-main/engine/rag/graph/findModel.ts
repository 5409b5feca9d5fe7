import { HearthError } from "../../../contract/errors.ts";
import type { Model } from "../../../contract/models.ts";
import type { Ask, Run } from "./types.ts";

/** The chat model; null where there is none. One that was asked for by its id is missed. */
export function findChatModel({ tools }: Run, { modelId }: Ask): Model | null {
  try {
    return tools.models.find("chat", modelId);
  } catch (error) {
    if (error instanceof HearthError && error.code === "model-missing" && modelId === null) {
      return null;
    }
    throw error;
  }
}
