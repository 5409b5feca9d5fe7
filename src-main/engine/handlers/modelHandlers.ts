import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "activity.state"
  | "models.state"
  | "models.list"
  | "models.rescan"
  | "models.choose"
  | "models.load"
  | "models.unload"
  | "models.setup"
  | "models.addFile"
  | "settings.state"
  | "settings.update";

export function modelHandlers(engine: Engine): SomeHandlers<Names> {
  const { models, settings, starter } = engine;
  return {
    "activity.state": () => models.activity,
    "models.state": () => models.state,
    "models.list": () => ({ models: models.state.get().models }),
    "models.rescan": async () => ({ models: await models.rescan() }),
    "models.choose": async ({ modelId }) => {
      const chosen = models.state.get().models.find((model) => model.id === modelId);
      const kind = chosen?.kind === "embedding" ? "embedding" : "chat";
      models.find(kind, modelId);
      await engine.updateSettings(
        kind === "chat" ? { chatModelId: modelId } : { embeddingModelId: modelId },
      );
      return {};
    },
    "models.load": ({ modelId }, emit, { signal }) =>
      models.load(modelId, (progress) => emit({ progress }), signal),
    "models.unload": async ({ modelId }) => {
      await models.unload(modelId);
      return {};
    },
    "models.setup": ({ localSources }, emit, { signal }) =>
      starter.install(localSources, emit, signal),
    "models.addFile": async ({ path }) => ({ model: await engine.addModelFile(path) }),
    "settings.state": () => settings.cell,
    "settings.update": (patch) => engine.updateSettings(patch),
  };
}
