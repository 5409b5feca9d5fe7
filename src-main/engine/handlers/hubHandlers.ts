import { toErrorData } from "../../contract/errors.ts";
import { appFolders } from "../models/apps/appFolders.ts";
import { findAppModels } from "../models/apps/findAppModels.ts";
import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "hub.state"
  | "hub.catalog"
  | "hub.search"
  | "hub.model"
  | "hub.fits"
  | "hub.card"
  | "hub.setToken"
  | "hub.findAppModels"
  | "hub.addAppModels"
  | "downloads.state"
  | "downloads.add"
  | "downloads.pause"
  | "downloads.resume"
  | "downloads.remove";

export function hubHandlers(engine: Engine): SomeHandlers<Names> {
  const { hub, downloads, models } = engine;
  return {
    "hub.state": () => hub.state,
    "hub.catalog": () => hub.catalog(),
    "hub.search": ({ page, ...query }, { signal }) => hub.search(query, page, signal),
    "hub.model": ({ repository }, { signal }) => hub.model(repository, signal),
    "hub.fits": async ({ repository, revision, key }, { signal }) => ({
      fits: await hub.fits(repository, revision, key, signal),
    }),
    "hub.card": async ({ repository, revision }, { signal }) => ({
      card: await hub.card(repository, revision, signal),
    }),
    "hub.setToken": async ({ token }) => ({ token: await hub.setToken(token) }),
    "hub.findAppModels": async () => {
      const found = await findAppModels(appFolders());
      const known = new Set(models.state.get().models.map(({ path }) => path));
      return { models: found.map((model) => ({ ...model, known: known.has(model.path) })) };
    },
    "hub.addAppModels": async ({ paths }) => {
      // Only what the search finds can be added by this way, under the name that it has there.
      const found = await findAppModels(appFolders());
      const failed: { path: string; reason: string }[] = [];
      let added = 0;
      for (const path of paths) {
        const model = found.find((one) => one.path === path);
        try {
          await engine.addModelFile(path, model && `${model.app}/${model.name}`);
          added++;
        } catch (error) {
          const { title, cause } = toErrorData(error);
          failed.push({ path, reason: `${title} ${cause}`.trim() });
        }
      }
      return { added, failed };
    },
    "downloads.state": () => downloads.state,
    "downloads.add": async ({ repository, key }, { signal }) => ({
      id: await hub.add(repository, key, signal),
    }),
    "downloads.pause": async ({ id }) => {
      await downloads.pause(id);
      return {};
    },
    "downloads.resume": async ({ id }) => {
      await downloads.resume(id);
      return {};
    },
    "downloads.remove": async ({ id }) => {
      await downloads.remove(id);
      return {};
    },
  };
}
