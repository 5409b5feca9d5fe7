import type { Engine } from "../Engine.ts";
import {
  documentsEmbeddedHere,
  kvNotChecked,
  notLoadedHere,
  tooManyLayers,
} from "../models/modelErrors.ts";
import { purposeOf } from "../models/modelChoice.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "devices.list"
  | "activity.state"
  | "models.state"
  | "models.list"
  | "models.rescan"
  | "models.choose"
  | "models.load"
  | "models.unload"
  | "models.estimate"
  | "models.checkKv"
  | "models.kvVerdicts"
  | "models.setKvType"
  | "models.setGpuLayers"
  | "models.quantizeOptions"
  | "models.quantize"
  | "models.setup"
  | "models.addFile"
  | "settings.state"
  | "settings.update";

export function modelHandlers(engine: Engine): SomeHandlers<Names> {
  const { models, settings, starter, kvChecker, quantizer } = engine;
  return {
    "devices.list": () => engine.devices.list(),
    "activity.state": () => models.activity,
    "models.state": () => models.state,
    "models.list": () => ({ models: models.state.get().models }),
    "models.rescan": async () => ({ models: await models.rescan() }),
    "models.choose": async ({ modelId }) => {
      const chosen = models.state.get().models.find((model) => model.id === modelId);
      const { kind } = purposeOf(chosen?.kind ?? "chat");
      const found = models.find(kind, modelId);
      if (kind === "embedding" && found.server) throw documentsEmbeddedHere(found);
      const patches = {
        chat: { chatModelId: modelId },
        embedding: { embeddingModelId: modelId },
        reranker: { rerankerModel: modelId },
      } as const;
      await engine.updateSettings(patches[kind]);
      return {};
    },
    "models.load": ({ modelId }, emit, { signal }) =>
      models.load(modelId, (progress) => emit({ progress }), signal),
    "models.unload": async ({ modelId }) => {
      await models.unload(modelId);
      return {};
    },
    "models.estimate": async ({ modelId, gpuLayers }) => ({
      estimates: await models.estimate(modelId, gpuLayers),
    }),
    "models.checkKv": async ({ modelId }, emit, { signal }) => {
      const model = models.find("chat", modelId);
      const onProgress = (fraction: number): void => emit({ fraction });
      const check = () => kvChecker.check(model, signal, onProgress);
      return { verdicts: await models.withoutLoaded(model, check) };
    },
    "models.kvVerdicts": async ({ modelId }) => ({
      chosen: settings.cell.get().kvTypes[modelId] ?? "f16",
      verdicts: await kvChecker.get(models.find("chat", modelId)),
    }),
    "models.setKvType": async ({ modelId, kvType }) => {
      const model = models.find("chat", modelId);
      const verdicts = await kvChecker.get(model);
      const verdict = verdicts.find((known) => known.kvType === kvType);
      if (kvType !== "f16" && !verdict?.passed)
        throw kvNotChecked(model, kvType, verdict !== undefined);
      const { [modelId]: _before, ...others } = settings.cell.get().kvTypes;
      const kvTypes = kvType === "f16" ? others : { ...others, [modelId]: kvType };
      await engine.updateSettings({ kvTypes });
      return {};
    },
    "models.setGpuLayers": async ({ modelId, gpuLayers }) => {
      const model = models.findAny(modelId);
      if (model.server) throw notLoadedHere(model);
      const all = (model.memory?.layers ?? 0) + 1;
      if (gpuLayers !== null && model.memory && gpuLayers > all)
        throw tooManyLayers(model, gpuLayers, all);
      const { [modelId]: _before, ...others } = settings.cell.get().gpuLayers;
      const chosen = gpuLayers === null ? others : { ...others, [modelId]: gpuLayers };
      await engine.updateSettings({ gpuLayers: chosen });
      return {};
    },
    "models.quantizeOptions": ({ modelId }) => quantizer.options(models.findAny(modelId)),
    "models.quantize": ({ modelId, type, out }, emit, { signal }) =>
      quantizer.run(models.findAny(modelId), type, out, emit, signal),
    "models.setup": ({ localSources }, emit, { signal }) =>
      starter.install(localSources, emit, signal),
    "models.addFile": async ({ path }) => ({ model: await engine.addModelFile(path) }),
    "settings.state": () => settings.cell,
    "settings.update": (patch) => engine.updateSettings(patch),
  };
}
