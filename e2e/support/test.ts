import { test as base } from "@playwright/test";
import { HearthPage } from "./HearthPage.ts";
import { linkModels, makeHome, removeHome } from "./homes.ts";
import { launchDesktop } from "./launchDesktop.ts";
import { launchWeb } from "./launchWeb.ts";
import type { FaceName, RunningApp } from "./RunningApp.ts";

export type { FaceName, RunningApp } from "./RunningApp.ts";
export { fixturesDir, linkModels, testModelsDir } from "./homes.ts";

export interface FaceOptions {
  face: FaceName;
}

export interface AppFixtures {
  /** A home folder with the test models in it. */
  home: string;
  /** Starts the face; a second call, after a close, starts it again on the same home. */
  launch: () => Promise<HearthPage>;
  hearth: HearthPage;
}

export const test = base.extend<AppFixtures & FaceOptions>({
  face: ["web", { option: true }],

  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's shape
  home: async ({}, provide) => {
    const home = await makeHome();
    await linkModels(home);
    await provide(home);
    await removeHome(home);
  },

  launch: async ({ face, home }, provide) => {
    const running: RunningApp[] = [];
    await provide(async () => {
      const app = await (face === "desktop" ? launchDesktop(home) : launchWeb(home));
      running.push(app);
      return new HearthPage(app, home);
    });
    for (const app of running) await app.close();
  },

  hearth: async ({ launch }, provide) => {
    await provide(await launch());
  },
});

export { expect } from "@playwright/test";
