import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canPack, estimateMemory, judgeFit, kvBytesPerToken } from "./estimateMemory.ts";
import type { GgufEntry } from "./gguf/writeGguf.ts";
import { inspectModel } from "./inspectModel.ts";
import { writeSmallModel } from "./testing/smallGguf.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "hearth-memory-"));
});
afterEach(() => rm(folder, { recursive: true }));

const uint = (key: string, value: number): GgufEntry => ({ key, type: "uint32", value });

async function shapeOf(architecture: string, metadata: GgufEntry[]) {
  const file = path.join(folder, `${architecture}.gguf`);
  await writeSmallModel(file, { architecture, metadata });
  return (await inspectModel(file)).memory;
}

describe("the memory of a model", () => {
  it("is read from the header: layers, KV heads, row lengths, vocabulary", async () => {
    const memory = await shapeOf("llama", [
      uint("llama.block_count", 30),
      uint("llama.embedding_length", 576),
      uint("llama.feed_forward_length", 1536),
      uint("llama.attention.head_count", 9),
      uint("llama.attention.head_count_kv", 3),
    ]);
    expect(memory).toEqual({
      weightsBytes: 20 * 34 + 256,
      layers: 30,
      keyValues: 30 * 3 * 64,
      valueValues: 30 * 3 * 64,
      rowLength: 64,
      stepValues: 2 * 1536 + 4 * 576,
      vocabulary: 100,
      embedding: 576,
      readBytes: 20 * 34 + 256,
      repackable: {},
    });
    // 30 layers, keys and values of 3 heads with 64 values of 2 bytes.
    expect(kvBytesPerToken(memory!, "f16")).toBe(23_040);
    expect(kvBytesPerToken(memory!, "q8_0")).toBe(23_040 * (34 / 64));
    expect(kvBytesPerToken(memory!, "q4_0")).toBe(23_040 * (18 / 64));
    const short = estimateMemory(memory!, 2048, "f16");
    const long = estimateMemory(memory!, 8192, "f16");
    // Beside the cache, the mask of a step grows.
    expect(long.totalBytes - short.totalBytes).toBe(6144 * (23_040 + 2 * 512));
  });

  it("counts layers without attention as nothing, and latent attention as one row", async () => {
    const hybrid = await shapeOf("mixed", [
      uint("mixed.block_count", 4),
      uint("mixed.embedding_length", 512),
      uint("mixed.attention.head_count", 8),
      {
        key: "mixed.attention.head_count_kv",
        type: "array",
        element: "int32",
        values: [0, 2, 0, 2],
      },
    ]);
    expect(hybrid).toMatchObject({ keyValues: 4 * 64, valueValues: 4 * 64 });
    const latent = await shapeOf("latent", [
      uint("latent.block_count", 2),
      uint("latent.embedding_length", 512),
      uint("latent.attention.head_count", 8),
      uint("latent.attention.kv_lora_rank", 128),
      uint("latent.rope.dimension_count", 64),
    ]);
    expect(latent).toMatchObject({ keyValues: 2 * 192, valueValues: 0, rowLength: 192 });
  });

  it("is not made up where the header does not say", async () => {
    expect(await shapeOf("llama", [])).toBeUndefined();
  });

  it("says which types the rows can be packed in", async () => {
    const memory = await shapeOf("odd", [
      uint("odd.block_count", 1),
      uint("odd.embedding_length", 160),
      uint("odd.attention.head_count", 2),
    ]);
    expect([canPack(memory, "f16"), canPack(memory, "q8_0")]).toEqual([true, false]);
  });

  it.each([
    [79, "fits"],
    [81, "tight"],
    [100, "tight"],
    [101, "too-large"],
  ] as const)("of %i bytes with 100 free: %s", (needed, verdict) => {
    expect(judgeFit(needed, 100)).toBe(verdict);
  });
});
