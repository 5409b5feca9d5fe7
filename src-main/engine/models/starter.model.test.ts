import { existsSync } from "node:fs";
import { copyFile, mkdtemp, open, rm, truncate } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HearthError } from "../../contract/errors.ts";
import { Egress } from "../egress/Egress.ts";
import { readGgufHeader } from "./gguf/readGgufHeader.ts";
import { inspectModel } from "./inspectModel.ts";
import { ModelRegistry } from "./ModelRegistry.ts";
import { ensureStarterModels } from "./starter.ts";

const models =
  process.env["HEARTH_TEST_MODELS"] ??
  path.join(import.meta.dirname, "..", "..", "..", ".cache", "models");
const chat = path.join(models, "SmolLM2-135M-Instruct.Q4_1.gguf");

describe("the real starter models", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hearth-real-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("are set up from local sources without the network", async ({ skip }) => {
    const hasOriginals = existsSync(path.join(models, "minilm-source", "model.safetensors"));
    skip(!hasOriginals, `the original of the embedder is not in ${models}/minilm-source`);
    const modelsDir = path.join(folder, "models");
    const egress = new Egress({ process: "test", offline: true, onRequest: () => undefined });
    const started = performance.now();
    const setup = await ensureStarterModels({ modelsDir, egress, localSources: models });
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(setup.models.map(({ name }) => name)).toEqual([
      "SmolLM2-135M-Instruct.Q4_1",
      "all-MiniLM-L6-v2.F16",
      "all-MiniLM-L6-v2.Q8_0",
    ]);
    const listed = await new ModelRegistry({ modelsDir }).rescan();
    expect(listed.map(({ name, kind, quantization }) => [name, kind, quantization])).toEqual([
      ["SmolLM2-135M-Instruct", "chat", "Q4_1"],
      ["all-MiniLM-L6-v2", "embedding", "F16"],
      ["all-MiniLM-L6-v2", "embedding", "Q8_0"],
    ]);
  });

  it("are what their headers say", async () => {
    expect(await inspectModel(chat)).toMatchObject({
      architecture: "llama",
      parameters: 134_515_008,
      quantization: "Q4_1",
      bytes: 98_362_432,
      contextLength: 8192,
      hasChatTemplate: true,
    });
  });

  it("survive 200 random bit flips in the header", async () => {
    const { dataOffset, fileBytes } = await readGgufHeader(chat);
    const copy = path.join(folder, "flipped.gguf");
    await copyFile(chat, copy);
    // Only the header is read; the weights may as well be a hole.
    await truncate(copy, dataOffset);
    await truncate(copy, fileBytes);
    const file = await open(copy, "r+");
    const outcomes = new Set<string>();
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const byte = Buffer.alloc(1);
    for (let round = 0; round < 200; round++) {
      const at = random(round % 2 === 0 ? dataOffset : 2000);
      await file.read(byte, 0, 1, at);
      const before = byte[0] ?? 0;
      await file.write(Buffer.from([before ^ (1 << random(8))]), 0, 1, at);
      outcomes.add(
        await readGgufHeader(copy).then(
          () => "read",
          (error: unknown) => (error instanceof HearthError ? error.code : String(error)),
        ),
      );
      await file.write(Buffer.from([before]), 0, 1, at);
    }
    await file.close();
    outcomes.delete("model-unsupported");
    expect([...outcomes].toSorted()).toEqual(["model-damaged", "read"]);
  });
});
