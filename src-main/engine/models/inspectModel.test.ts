import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GgufEntry } from "./gguf/writeGguf.ts";
import { inspectModel } from "./inspectModel.ts";
import { raw, type SmallModel, writeSmallModel } from "./testing/smallGguf.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "hearth-inspect-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function inspect(name: string, model: SmallModel) {
  const file = path.join(folder, name);
  await writeSmallModel(file, model);
  return inspectModel(file);
}

const pooling = (architecture: string, value: number): GgufEntry => ({
  key: `${architecture}.pooling_type`,
  type: "uint32",
  value,
});
const f32 = (name: string, shape: number[]) => ({
  name,
  type: 0,
  shape,
  data: () => new Uint8Array(shape.reduce((product, size) => product * size, 4)),
});

describe("inspectModel", () => {
  it("tells vocabularies apart by what the header says of them", async () => {
    const many = Array.from({ length: 300 }, (_, index) => `token ${index}`);
    const hash = async (tokens: string[], ...metadata: GgufEntry[]) =>
      (await inspect("vocabulary.gguf", { tokens, metadata })).vocabularyHash;
    const eos: GgufEntry = { key: "tokenizer.ggml.eos_token_id", type: "uint32", value: 2 };
    const first = await hash(many);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await hash(many)).toBe(first);
    expect(await hash(many, eos)).not.toBe(first);
    expect(await hash([...many.slice(1), "token 0"])).not.toBe(first);
    // Where one token ends and the next begins is part of it.
    expect(await hash(["ab", "c", ...many])).not.toBe(await hash(["a", "bc", ...many]));
    expect(await hash(["a".repeat(70_000), ...many])).toBeUndefined();
  });

  it("describes a chat model", async () => {
    const chatTemplate = "{{ bos_token }}";
    expect(await inspect("Small-1B.Q8_0.gguf", { chatTemplate })).toMatchObject({
      name: "Small-1B",
      kind: "chat",
      architecture: "llama",
      parameters: 704,
      quantization: "Q8_0",
      contextLength: 2048,
      hasChatTemplate: true,
      chatTemplate,
    });
  });

  it.each([
    ["llama", [], "chat"],
    ["bert", [], "embedding"],
    ["bert", [pooling("bert", 1)], "embedding"],
    ["nomic-bert", [], "embedding"],
    ["qwen3", [pooling("qwen3", 3)], "embedding"],
    ["qwen3", [pooling("qwen3", 0)], "chat"],
    ["qwen3", [pooling("qwen3", 4)], "reranker"],
    ["bert", [pooling("bert", 4)], "reranker"],
    ["clip", [], "unknown"],
    ["llama", [{ key: "general.type", type: "string", value: "adapter" }], "unknown"],
    ["brand-new-arch", [], "chat"],
  ] as [string, GgufEntry[], string][])("%s %j is of kind %s", async (arch, metadata, kind) => {
    const { kind: seen } = await inspect("m.gguf", { architecture: arch, metadata });
    expect(seen).toBe(kind);
  });

  it("sees a scoring head where the pooling is not stated", async () => {
    const tensors = [f32("token_embd.weight", [32, 4]), f32("cls.output.weight", [32])];
    const { kind } = await inspect("m.gguf", { architecture: "bert", tensors });
    expect(kind).toBe("reranker");
  });

  it("does not believe a quantization that no tensor has", async () => {
    expect((await inspect("m.gguf", { fileType: 15 })).quantization).toBe("Q8_0");
    expect((await inspect("m.gguf", { fileType: 1024 })).quantization).toBe("Q8_0");
    const tensors = [
      { name: "a", type: 12, shape: [256, 4], data: () => new Uint8Array(4 * 144) },
      { name: "b", type: 14, shape: [256], data: () => new Uint8Array(210) },
    ];
    expect((await inspect("m.gguf", { fileType: 15, tensors })).quantization).toBe("Q4_K_M");
  });

  it("names a dull file by what is inside", async () => {
    expect((await inspect("model.gguf", {})).name).toBe("Small");
  });

  it("adds up the parts of a split model, and names the missing one", async () => {
    const metadata = (part: number): GgufEntry[] => [
      { key: "split.count", type: "uint16", value: 2 },
      { key: "split.no", type: "uint16", value: part },
    ];
    const first = path.join(folder, "big-00001-of-00002.gguf");
    const second = path.join(folder, "big-00002-of-00002.gguf");
    await writeSmallModel(first, { metadata: metadata(0) });
    await expect(inspectModel(first)).rejects.toMatchObject({
      code: "model-damaged",
      reason: "Part 2 of 2 is missing: big-00002-of-00002.gguf.",
    });
    await writeSmallModel(second, { metadata: metadata(1) });
    expect(await inspectModel(first)).toMatchObject({ name: "big", parameters: 1408 });
    await expect(inspectModel(second)).rejects.toMatchObject({ code: "model-damaged" });
    await rm(first);
    await expect(inspectModel(second)).rejects.toMatchObject({
      reason: "Part 1 of 2 is missing: big-00001-of-00002.gguf.",
    });
  });

  it("refuses a model without architecture, vocabulary or weights", async () => {
    const file = path.join(folder, "bare.gguf");
    await writeFile(file, raw.file([raw.head(0, 0)], 0));
    await expect(inspectModel(file)).rejects.toMatchObject({ code: "model-damaged" });
    await writeFile(
      file,
      raw.file(
        [
          raw.head(1, 1),
          raw.stringEntry("general.architecture", "llama"),
          raw.tensor("w", [1], 0, 0),
        ],
        4,
      ),
    );
    await expect(inspectModel(file)).rejects.toMatchObject({ reason: "It holds no vocabulary." });
    await expect(inspect("vocab.gguf", { tensors: [] })).rejects.toMatchObject({
      code: "model-unsupported",
    });
  });
});
