import { HearthError } from "../../contract/errors.ts";
import type { ModelId } from "../../contract/ids.ts";
import type { Model, ModelsState } from "../../contract/models.ts";
import type { Settings } from "../../contract/settings.ts";
import { isRemoteId } from "./remote/remoteModels.ts";
import { serverModelGone } from "./remote/serverErrors.ts";
import type { ModelPurpose } from "../llama/InferenceBackend.ts";
import { modelMissing, type UsedKind } from "./modelErrors.ts";

type Choice = Pick<ModelsState, "chatModelId" | "embeddingModelId" | "rerankerModelId">;

/**
 * Which models are used: those the user chose, else the largest chat model, any embedder, and the
 * smallest reranker, since every search waits for it; all of this computer. A model of a server that was
 * chosen stays chosen, also while it is gone: what takes its place is for the user to say. So does a model
 * whose disk is away, and one that nobody chose where there is no other; an embedder in any case, because
 * with another one the whole library would be read anew.
 */
export function chooseDefaults(models: readonly Model[], settings: Settings): Choice {
  const usable = models.filter((model) => !model.error && !model.server);
  const known = models.filter(
    ({ error, server }) => !server && (!error || error.code === "file-missing"),
  );
  const chosen = (id: ModelId | null, kind: Model["kind"]): ModelId | null => {
    // Documents are embedded on this computer only.
    if (kind === "chat" && isRemoteId(id)) return id;
    const own = known.find((model) => model.id === id && model.kind === kind);
    const others = usable.filter((model) => model.kind === kind);
    const best = (kind === "embedding" || others.length === 0 ? known : others)
      .filter((model) => model.kind === kind)
      .toSorted((a, b) => b.parameters - a.parameters || b.bytes - a.bytes);
    return (own ?? best[0])?.id ?? null;
  };
  return {
    chatModelId: chosen(settings.chatModelId, "chat"),
    embeddingModelId: chosen(settings.embeddingModelId, "embedding"),
    rerankerModelId: chooseReranker(usable, settings.rerankerModel),
  };
}

function chooseReranker(
  usable: readonly Model[],
  setting: Settings["rerankerModel"],
): ModelId | null {
  if (setting === "off") return null;
  const rerankers = usable
    .filter(({ kind }) => kind === "reranker")
    .toSorted((a, b) => a.parameters - b.parameters || a.bytes - b.bytes);
  return (rerankers.find(({ id }) => id === setting) ?? rerankers[0])?.id ?? null;
}

/**
 * The named model, or the one that is used for this where none is named.
 *
 * @throws HearthError `model-missing` naming what to do, `model-damaged` for a listed but bad file, or
 *   `unavailable` where no server offers the model any more; no other model takes its place
 */
export function findModel(
  state: Pick<ModelsState, "models"> & Choice,
  kind: UsedKind,
  modelId: ModelId | null,
): Model {
  const chosen = {
    chat: state.chatModelId,
    embedding: state.embeddingModelId,
    reranker: state.rerankerModelId,
  };
  const id = modelId ?? chosen[kind];
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

/** What a model of this kind is loaded for; a file of another kind is tried as a chat model. */
export function purposeOf(kind: Model["kind"]): { kind: UsedKind; purpose: ModelPurpose } {
  if (kind === "embedding") return { kind, purpose: "embedding" };
  if (kind === "reranker") return { kind, purpose: "reranking" };
  return { kind: "chat", purpose: "chat" };
}
