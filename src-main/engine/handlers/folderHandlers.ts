import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "folders.state"
  | "folders.list"
  | "folders.add"
  | "folders.update"
  | "folders.remove"
  | "folders.pick";

export function folderHandlers(engine: Engine): SomeHandlers<Names> {
  const { folders } = engine;
  return {
    "folders.state": () => folders.state,
    "folders.list": () => folders.state.get(),
    "folders.add": async (folder) => {
      await folders.add(folder);
      return {};
    },
    "folders.update": async ({ seen, ...folder }) => {
      await folders.update(folder, seen);
      return {};
    },
    "folders.remove": async ({ path, keepDocuments }) => {
      await folders.remove(path, keepDocuments);
      return {};
    },
    "folders.pick": async (_input, { face }) => {
      const asked = engine.face(face.id);
      if (!asked) return { paths: null };
      return await asked.ask("dialogs.pickFolders", { title: "Watch a folder" });
    },
  };
}
