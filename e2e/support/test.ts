import { test as base, type Page } from "@playwright/test";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { launchDesktop } from "./launchDesktop.ts";
import { launchWeb } from "./launchWeb.ts";
import { HearthPage } from "./HearthPage.ts";

export type FaceName = "web" | "desktop";

/** A running face of Hearth on a home of its own. */
export interface RunningApp {
  page: Page;
  /** Ends the face as a user would. */
  close(): Promise<void>;
  /** Process that may be killed to see what happens to the others. */
  pid: number;
}

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

const root = path.resolve(import.meta.dirname, "../..");
export const fixturesDir = path.join(root, "e2e", "fixtures");
export const testModelsDir =
  process.env["HEARTH_TEST_MODELS"] ?? path.join(root, ".cache", "models");

export const test = base.extend<AppFixtures & FaceOptions>({
  face: ["web", { option: true }],

  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's shape
  home: async ({}, provide) => {
    const home = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-e2e-"));
    await linkModels(home);
    await provide(home);
    await fs.rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
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

/** Puts the chat model and the small embedder into a home, without copying them. */
export async function linkModels(home: string): Promise<void> {
  const models = path.join(home, "models");
  await fs.mkdir(models, { recursive: true, mode: 0o700 });
  for (const name of ["SmolLM2-135M-Instruct.Q4_1.gguf", "all-MiniLM-L6-v2.Q8_0.gguf"]) {
    await fs.symlink(path.join(testModelsDir, name), path.join(models, name));
  }
}
