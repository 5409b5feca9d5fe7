import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { minilmToGguf } from "./minilmToGguf.ts";

const models =
  process.env["HEARTH_TEST_MODELS"] ??
  path.join(import.meta.dirname, "..", "..", "..", "..", ".cache", "models");
const sourceDir = path.join(models, "minilm-source");

/** Files that an independent converter (gguf-py 0.19.0) made of the same source. */
const expected = {
  F16: "75c24a02d655c2d2638af5f940bd25531656deeb7c9f86799e563ffe65f3a65e",
  Q8_0: "e8de784102f743df40964414500f5babe06fa6575da497fa61e1461559865497",
} as const;

describe("minilmToGguf on all-MiniLM-L6-v2", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hearth-minilm-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.for(["F16", "Q8_0"] as const)(
    "makes the very bytes of the reference: %s",
    async (quantization, { skip }) => {
      skip(!existsSync(sourceDir), `the original model is not in ${sourceDir}`);
      const target = path.join(folder, `${quantization}.gguf`);
      const started = performance.now();
      await minilmToGguf({ sourceDir, target, quantization });
      expect(performance.now() - started).toBeLessThan(30_000);
      const hash = createHash("sha256");
      for await (const chunk of createReadStream(target)) hash.update(chunk as Buffer);
      expect(hash.digest("hex")).toBe(expected[quantization]);
    },
  );
});
