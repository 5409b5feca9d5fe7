import type { LoadedModel, Model } from "../../contract/models.ts";
import type { InferenceBackend, ModelPurpose } from "../llama/InferenceBackend.ts";
import { residentMemory } from "./freeMemory.ts";
import type { LoadResult } from "./ModelLoader.ts";

/** What is told of a model of which a load has begun. */
export function notLoaded(model: Model): LoadedModel {
  return {
    modelId: model.id,
    status: "loading",
    progress: 0,
    pid: null,
    contextTokens: 0,
    kvType: "f16",
    threads: 0,
    device: "",
    gpuLayers: 0,
    layers: model.memory?.layers ?? 0,
    steps: [],
    memoryBytes: null,
    unloadsAt: null,
    template: { source: "none", name: "" },
    draftModel: null,
    draftRefusal: null,
  };
}

/** What is told of a loaded model: what the process says, not what was asked of it. */
export function describeLoaded(
  { info }: InferenceBackend,
  { shape, steps, draft }: Pick<LoadResult, "shape" | "steps" | "draft">,
  purpose: ModelPurpose,
): Partial<LoadedModel> {
  const { source, name } = info.template;
  return {
    status: "ready",
    progress: 1,
    pid: info.pid,
    contextTokens: info.contextTokens,
    kvType: shape.kvType,
    threads: info.threads,
    device: info.device,
    gpuLayers: info.gpuLayers,
    layers: info.layers,
    steps: [...steps],
    memoryBytes: residentMemory(info.pid),
    draftModel: draft.model?.id ?? null,
    draftRefusal: draft.refusal,
    template: purpose === "chat" ? { source, name } : { source: "none", name: "" },
  };
}
