import { HearthError } from "../../contract/errors.ts";
import type { ModelId } from "../../contract/ids.ts";
import type { Model, ModelsState } from "../../contract/models.ts";
import type { Settings } from "../../contract/settings.ts";
import { modelMissing } from "./modelErrors.ts";
import { isRemoteId } from "./remote/remoteModels.ts";
import { serverModelGone } from "./remote/serverErrors.ts";

type Choice = Pick<ModelsState, "chatModelId" | "embeddingModelId">;

/**
 * Which models are used: those the user chose, else the largest chat model and any embedder of this
 * computer. A model of a server that was chosen stays chosen, also while it is gone: what takes its place
 * is for the user to say.
 */
export function chooseDefaults(models: readonly Model[], settings: Settings): Choice {
  const usable = models.filter((model) => !model.error && !model.server);
  const chosen = (id: ModelId | null, kind: Model["kind"]): ModelId | null => {
    if (isRemoteId(id)) return id;
    const own = usable.find((model) => model.id === id && model.kind === kind);
    const best = usable
      .filter((model) => model.kind === kind)
      .toSorted((a, b) => b.parameters - a.parameters || b.bytes - a.bytes);
    return (own ?? best[0])?.id ?? null;
  };
  return {
    chatModelId: chosen(settings.chatModelId, "chat"),
    embeddingModelId: chosen(settings.embeddingModelId, "embedding"),
  };
}

/**
 * The named model, or the one that is used for this where none is named.
 *
 * @throws HearthError `model-missing` naming what to do, `model-damaged` for a listed but bad file, or
 *   `unavailable` where no server offers the model any more; no other model takes its place
 */
export function findModel(
  state: Pick<ModelsState, "models"> & Choice,
  kind: "chat" | "embedding",
  modelId: ModelId | null,
): Model {
  const id = modelId ?? (kind === "chat" ? state.chatModelId : state.embeddingModelId);
  const model = state.models.find((candidate) => candidate.id === id);
  if (!model && id !== null && isRemoteId(id)) throw serverModelGone(id);
  if (!model) throw modelMissing(kind, modelId);
  if (model.error) throw HearthError.fromData(model.error);
  if (model.kind === kind) return model;
  throw new HearthError({
    code: "model-unsupported",
    title: `${model.name} cannot be used for this.`,
    cause: `It is a model of kind “${model.kind}”; this needs one of kind “${kind}”.`,
    suggestion: "Choose another model.",
  });
}
