import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readGgufHeader } from "../gguf/readGgufHeader.ts";
import { makeSafetensors, smallBertValue, writeSmallBert } from "../testing/smallBert.ts";
import { minilmToGguf } from "./minilmToGguf.ts";
import { float16ToNumber } from "./safetensors.ts";

let folder: string;
let sourceDir: string;
let target: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "hearth-convert-"));
  sourceDir = path.join(folder, "source");
  target = path.join(folder, "out.gguf");
  await writeSmallBert(sourceDir);
});
afterEach(() => rm(folder, { recursive: true }));

describe("minilmToGguf", () => {
  it.each(["F16", "Q8_0"] as const)("names, types and shapes the tensors: %s", async (kind) => {
    await minilmToGguf({ sourceDir, target, quantization: kind });
    const { tensors } = await readGgufHeader(target);
    expect(tensors.map(({ name, type, shape }) => `${name} ${type} ${shape.join("x")}`)).toEqual([
      "token_embd_norm.bias F32 32",
      "token_embd_norm.weight F32 32",
      "position_embd.weight F32 32x16",
      "token_types.weight F32 32x2",
      `token_embd.weight ${kind} 32x8`,
      "blk.0.attn_q.bias F32 32",
      `blk.0.attn_q.weight ${kind} 32x32`,
      `blk.0.ffn_up.weight ${kind} 32x64`,
      "blk.0.layer_output_norm.weight F32 32",
      `blk.0.ffn_down.weight ${kind} 64x32`,
    ]);
  });

  it("writes the metadata that llama.cpp needs", async () => {
    await minilmToGguf({ sourceDir, target, quantization: "F16" });
    const { metadata } = await readGgufHeader(target);
    expect(Object.fromEntries(metadata)).toMatchObject({
      "general.architecture": "bert",
      "general.file_type": 1,
      "bert.block_count": 1,
      "bert.context_length": 16,
      "bert.embedding_length": 32,
      "bert.attention.causal": false,
      "bert.pooling_type": 1,
      "tokenizer.ggml.model": "bert",
      "tokenizer.ggml.bos_token_id": 3,
      "tokenizer.ggml.eos_token_id": 4,
      "tokenizer.ggml.tokens": {
        values: ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "\u2581hearth", "s"],
      },
      "tokenizer.ggml.token_type": { values: [3, 5, 3, 3, 3, 3, 1, 1] },
    });
  });

  it("keeps the values", async () => {
    await minilmToGguf({ sourceDir, target, quantization: "F16" });
    const { tensors, dataOffset } = await readGgufHeader(target);
    const bytes = await readFile(target);
    const at = (name: string): number =>
      dataOffset + (tensors.find((tensor) => tensor.name === name)?.offset ?? Number.NaN);
    const whole = "embeddings.position_embeddings.weight";
    const narrowed = "encoder.layer.0.intermediate.dense.weight";
    for (const index of [0, 1, 500]) {
      const kept = bytes.readFloatLE(at("position_embd.weight") + index * 4);
      expect(kept).toBe(smallBertValue(whole, index));
      const half = bytes.readUInt16LE(at("blk.0.ffn_up.weight") + index * 2);
      expect(float16ToNumber(half)).toBeCloseTo(smallBertValue(narrowed, index), 3);
    }
  });

  it("tells progress up to the whole", async () => {
    const seen: number[] = [];
    let total = 0;
    await minilmToGguf({
      sourceDir,
      target,
      quantization: "Q8_0",
      onProgress: ({ bytes, totalBytes }) => {
        seen.push(bytes);
        total = totalBytes;
      },
    });
    expect(seen).toHaveLength(10);
    expect(seen.at(-1)).toBe(total);
  });

  it("leaves nothing behind when cancelled, and keeps what was there", async () => {
    await writeFile(target, "old");
    const stop = new AbortController();
    const work = minilmToGguf({
      sourceDir,
      target,
      quantization: "F16",
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: "cancelled" });
    expect(await readdir(folder)).toEqual(["out.gguf", "source"]);
    expect(await readFile(target, "utf8")).toBe("old");
  });

  it.each([
    ["table longer than the file", Buffer.from("ffffffffffff0000", "hex")],
    ["too short", Buffer.from("ab")],
    [
      "table that is no JSON",
      Buffer.concat([Buffer.from("0400000000000000", "hex"), Buffer.from("nope")]),
    ],
    [
      "tensor beyond the end",
      makeSafetensors({ w: [2, 2] }, (table) => {
        table["w"] = { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] };
      }),
    ],
    [
      "shape that does not fit",
      makeSafetensors({ w: [2, 2] }, (table) => {
        table["w"] = { dtype: "F32", shape: [2, 1], data_offsets: [0, 16] };
      }),
    ],
    [
      "unknown element type",
      makeSafetensors({ w: [2, 2] }, (table) => {
        table["w"] = { dtype: "X9", shape: [2, 2], data_offsets: [0, 16] };
      }),
    ],
  ])("refuses a damaged source: %s", async (_name, bytes) => {
    await writeFile(path.join(sourceDir, "model.safetensors"), bytes);
    const work = minilmToGguf({ sourceDir, target, quantization: "F16" });
    await expect(work).rejects.toMatchObject({ code: "model-damaged" });
  });

  it.each([
    ["config.json", '{"model_type":"gpt2"}'],
    ["config.json", "<html>"],
    ["vocab.txt", "[PAD]\n"],
    ["model.safetensors", makeSafetensors({ "lm_head.weight": [2, 32] })],
  ])("refuses what is not BERT: %s", async (name, content) => {
    await writeFile(path.join(sourceDir, name), content);
    const work = minilmToGguf({ sourceDir, target, quantization: "F16" });
    await expect(work).rejects.toMatchObject({ code: "model-unsupported" });
    expect(await readdir(folder)).toEqual(["source"]);
  });
});
