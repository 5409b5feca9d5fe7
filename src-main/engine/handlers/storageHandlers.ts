import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "storage.state"
  | "storage.report"
  | "storage.free"
  | "storage.removeModel"
  | "storage.pickFolder"
  | "storage.planMove"
  | "storage.move"
  | "storage.cancelMove"
  | "storage.leaveFolder";

/** What takes room, and where models are kept. */
export function storageHandlers(engine: Engine): SomeHandlers<Names> {
  const { storage, modelsMover: mover } = engine;
  return {
    "storage.state": () => mover.state,
    "storage.report": () => storage.report(),
    "storage.free": async ({ kind }) => {
      const freedBytes = await storage.free(kind);
      return { freedBytes, report: await storage.report() };
    },
    "storage.removeModel": async ({ modelId }) => {
      const freedBytes = await storage.removeModel(modelId);
      return { freedBytes, report: await storage.report() };
    },
    "storage.pickFolder": async (_input, { face }) => {
      const asked = engine.face(face.id);
      if (!asked) return { paths: null };
      return await asked.ask("dialogs.pickFolders", { title: "Choose a folder for models" });
    },
    "storage.planMove": ({ folder }) => mover.plan(folder),
    "storage.move": ({ folder }, emit, { signal }) => mover.move(folder, emit, signal),
    "storage.cancelMove": async () => {
      await mover.cancel();
      return {};
    },
    "storage.leaveFolder": async () => {
      await mover.leave();
      return await mover.describe();
    },
  };
}
