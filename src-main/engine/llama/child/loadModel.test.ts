import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Libllama } from "./libllama.ts";
import { loadModel } from "./loadModel.ts";

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-load-"));
});
afterAll(() => fs.rm(folder, { recursive: true }));

/** Files that are refused before the library is asked, so none is needed. */
function refused(file: string): Promise<unknown> {
  const options = { path: file, gpuLayers: 0, onProgress: () => undefined };
  return loadModel({} as Libllama, options).then(
    () => "loaded",
    (error: unknown) => error,
  );
}

it("says in plain words that a model's file is not there", async () => {
  expect(await refused(path.join(folder, "tiny.gguf"))).toMatchObject({
    code: "model-missing",
    reason: "The system does not find tiny.gguf or its folder.",
  });
});

it("says what a file is that is no model", async () => {
  const file = path.join(folder, "page.gguf");
  await fs.writeFile(file, "<!doctype html><title>Not found</title>");
  expect(await refused(file)).toMatchObject({
    code: "model-damaged",
    reason: "It is a web page, most likely an error page that was saved.",
  });
});
