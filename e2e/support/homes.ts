import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
export const fixturesDir = path.join(root, "e2e", "fixtures");
export const testModelsDir =
  process.env["HEARTH_TEST_MODELS"] ?? path.join(root, ".cache", "models");

export const chatModelFile = "SmolLM2-135M-Instruct.Q4_1.gguf";

/** Makes an empty home folder. @returns its path */
export async function makeHome(): Promise<string> {
  return await fs.mkdtemp(path.join(os.tmpdir(), "hearth-e2e-"));
}

/** Removes a home, also while processes that just ended still let go of it. */
export async function removeHome(home: string): Promise<void> {
  await fs.rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
}

/** Puts the chat model and the small embedder into a home, without copying them. */
export async function linkModels(home: string): Promise<void> {
  const models = path.join(home, "models");
  await fs.mkdir(models, { recursive: true, mode: 0o700 });
  for (const name of [chatModelFile, "all-MiniLM-L6-v2.Q8_0.gguf"]) {
    await fs.symlink(path.join(testModelsDir, name), path.join(models, name));
  }
}
