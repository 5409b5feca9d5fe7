import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../../contract/models.ts";
import { quantTypes, type QuantProgress, type QuantType } from "../../../contract/quantize.ts";
import { entryPath, nodeBinary } from "../../../paths/entries.ts";
import { askProcess } from "../../llama/askProcess.ts";
import { testModelPath } from "../../llama/fixtures/testModels.ts";
import { locateLibraries } from "../../llama/locateLibraries.ts";
import { ggmlTypes } from "../gguf/ggmlTypes.ts";
import { readGgufHeader } from "../gguf/readGgufHeader.ts";
import { writeGguf, type GgufEntry, type TensorToWrite } from "../gguf/writeGguf.ts";
import { ModelsFolder } from "../folder/ModelsFolder.ts";
import { siblingMemory } from "../hub/siblingMemory.ts";
import { ModelRegistry } from "../ModelRegistry.ts";
import { planQuantization } from "./planQuantization.ts";
import { Quantizer } from "./Quantizer.ts";
import { quantKinds } from "./quantTypes.ts";

const llama = { entryPath: entryPath("llama"), execPath: nodeBinary(), silenceMs: 60_000 };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hearth-quantize-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the library's own dry run says that each tensor becomes; null where it refuses the type. */
async function dryRun(source: string, fileType: number): Promise<Map<string, string> | null> {
  const library = locateLibraries({ device: "cpu" });
  const types = new Map<string, string>();
  const known = new Map([...ggmlTypes.values()].map(({ name }) => [name.toLowerCase(), name]));
  try {
    await askProcess(
      {
        kind: "quantize",
        libraryFolder: library.folder,
        libraryPlatform: library.platform,
        source,
        target: path.join(folder, "nothing"),
        fileType,
        threads: 1,
        dryRun: true,
      },
      {
        ...llama,
        onLine: (line) => {
          const match =
            /^\[ *\d+\/ *\d+\] (\S+) +- \[.*?\], type = +(\w+), size = .*?(?:\((\w+)\))?$/u.exec(
              line,
            );
          if (match) {
            const [, name = "", from = "", to] = match;
            types.set(name, known.get((to ?? from).toLowerCase()) ?? to ?? from);
          }
        },
      },
    );
    return types;
  } catch {
    return null;
  }
}

/** A file of zeros with the shape of a large model, in small. */
async function writeShape(
  name: string,
  shape: {
    architecture: string;
    layers: number;
    heads: number;
    kvHeads: number;
    experts: number;
    output: boolean;
    row: number;
  },
): Promise<string> {
  const { architecture, layers, heads, kvHeads, experts, row } = shape;
  const count = (key: string, value: number): GgufEntry => ({
    key: `${architecture}.${key}`,
    type: "uint32",
    value,
  });
  const metadata: GgufEntry[] = [
    { key: "general.architecture", type: "string", value: architecture },
    count("block_count", layers),
    count("context_length", 512),
    count("embedding_length", row),
    count("feed_forward_length", row),
    count("attention.head_count", heads),
    count("attention.head_count_kv", kvHeads),
    ...(experts > 0 ? [count("expert_count", experts), count("expert_used_count", 2)] : []),
    { key: `${architecture}.attention.layer_norm_rms_epsilon`, type: "float32", value: 1e-5 },
    { key: `${architecture}.attention.layer_norm_epsilon`, type: "float32", value: 1e-5 },
    { key: "general.file_type", type: "uint32", value: 1 },
    { key: "tokenizer.ggml.model", type: "string", value: "no_vocab" },
    count("vocab_size", 32),
  ];
  const f16 = (tensor: string, ...size: number[]): TensorToWrite => ({
    name: tensor,
    type: 1,
    shape: size,
    data: () => new Uint8Array(2 * size.reduce((a, b) => a * b, 1)),
  });
  const tensors = [
    f16("token_embd.weight", row, 32),
    ...(shape.output ? [f16("output.weight", row, 32)] : []),
    f16("output_norm.weight", row),
    ...Array.from({ length: layers }, (_, layer) => {
      const of = (part: string, ...size: number[]): TensorToWrite =>
        f16(`blk.${layer}.${part}.weight`, ...size);
      return architecture === "falcon"
        ? [
            of("attn_qkv", row, 4),
            of("attn_output", row, 4),
            of("ffn_up", row, 4),
            of("ffn_down", row, 4),
          ]
        : [
            of("attn_q", row, 4),
            of("attn_k", row, 4),
            of("attn_v", row, 4),
            of("attn_output", row, 4),
            ...(experts > 0
              ? [
                  of("ffn_gate_inp", row, experts),
                  ...["ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"].map((part) =>
                    of(part, row, 4, experts),
                  ),
                ]
              : [of("ffn_gate", row, 4), of("ffn_up", row, 4), of("ffn_down", row, 4)]),
          ];
    }).flat(),
  ];
  const file = path.join(folder, `${name}.gguf`);
  const handle = await open(file, "w");
  try {
    await writeGguf(handle, { metadata, tensors });
  } finally {
    await handle.close();
  }
  return file;
}

/** Where the plan and the library's own differ, as "type tensor: planned, said". */
async function differences(source: string, types: readonly QuantType[]): Promise<string[]> {
  const header = await readGgufHeader(source);
  const found: string[] = [];
  for (const type of types) {
    const plan = planQuantization([header], type);
    const said = await dryRun(source, quantKinds[type].fileType);
    if ((plan.refusal === "rows") !== (said === null)) found.push(`${type}: only one refuses`);
    if (said === null) continue;
    if (said.size !== plan.planned.length) found.push(`${type}: ${said.size} tensors are told of`);
    for (const { name, to } of plan.planned) {
      const other = said.get(name);
      if (other !== to) found.push(`${type} ${name}: ${to}, ${other}`);
    }
  }
  return found;
}

/** Each stands for a family of rules. `HEARTH_TEST_EVERY_QUANTIZATION=1` takes all instead, in minutes. */
const everyType = process.env["HEARTH_TEST_EVERY_QUANTIZATION"] === "1";
const exact: readonly QuantType[] = ["F32", "BF16", "F16"];
const mixtures: readonly QuantType[] = everyType
  ? quantTypes.filter((type) => !exact.includes(type))
  : ["Q4_K_M", "Q3_K_M", "IQ3_XXS", "IQ2_M"];
const realTypes: readonly QuantType[] = everyType
  ? quantTypes
  : ["F16", "Q8_0", "Q4_0", "Q4_K_M", "Q2_K", "IQ4_XS", "IQ1_S", "Q1_0"];

describe("the plan, against the library's own", () => {
  it("is right for each tensor of the starter model and of the embedder", async () => {
    expect(await differences(testModelPath("chat"), realTypes)).toEqual([]);
    expect(await differences(testModelPath("embedF16"), ["Q4_K_M"])).toEqual([]);
  }, 120_000);

  it.each([
    [
      "eight experts",
      {
        architecture: "llama",
        layers: 16,
        heads: 32,
        kvHeads: 8,
        experts: 8,
        output: true,
        row: 256,
      },
    ],
    [
      "eighty layers",
      {
        architecture: "llama",
        layers: 80,
        heads: 64,
        kvHeads: 8,
        experts: 0,
        output: true,
        row: 256,
      },
    ],
    [
      "falcon",
      {
        architecture: "falcon",
        layers: 16,
        heads: 16,
        kvHeads: 1,
        experts: 0,
        output: true,
        row: 256,
      },
    ],
    [
      "rows that fit nothing",
      {
        architecture: "llama",
        layers: 8,
        heads: 4,
        kvHeads: 4,
        experts: 0,
        output: false,
        row: 80,
      },
    ],
  ])(
    "is right for %s",
    async (name, shape) => {
      const file = await writeShape(name.replaceAll(" ", "-"), shape);
      expect(await differences(file, mixtures)).toEqual([]);
    },
    120_000,
  );
});

describe("quantizing", () => {
  let modelsDir: string;
  let registry: ModelRegistry;
  let quantizer: Quantizer;
  beforeAll(() => {
    modelsDir = path.join(folder, "models");
    mkdirSync(modelsDir);
    registry = new ModelRegistry({
      modelsDir,
      extraFolders: () => [path.dirname(testModelPath("chat"))],
    });
    quantizer = new Quantizer({
      folder: new ModelsFolder(modelsDir),
      threads: () => 2,
      ask: (question, asked) => askProcess(question, { ...llama, ...asked }),
      list: async (file) => {
        const listed = (await registry.rescan()).find((model) => model.path === file);
        if (!listed) throw new Error(`${file} is not listed.`);
        return listed;
      },
    });
  });
  const modelAt = async (file: string): Promise<Model> => {
    const model = (await registry.rescan()).find((each) => each.path === file);
    if (!model) throw new Error(`${file} is not listed.`);
    return model;
  };
  const never = new AbortController().signal;
  const leftovers = (): string[] =>
    readdirSync(modelsDir).filter((name) => /part|quantizing/u.test(name));

  it("makes a file that is as foretold, answers like its source, and belongs to it", async () => {
    const source = await modelAt(testModelPath("chat"));
    const seen: QuantProgress[] = [];
    const made = await quantizer.run(source, "Q8_0", undefined, (item) => seen.push(item), never);
    expect(made.model).toMatchObject({
      id: "SmolLM2-135M-Instruct.Q8_0",
      name: source.name,
      quantization: "Q8_0",
      kind: "chat",
      parameters: source.parameters,
      contextLength: source.contextLength,
      vocabularyHash: source.vocabularyHash,
      source: `Made from ${source.id}`,
    });
    expect(Math.abs(made.predictedBytes / made.model.bytes - 1)).toBeLessThan(0.02);
    // Finer than its source, so it says the same to within rounding.
    expect(made.compared.perplexityRatio).toBeGreaterThan(0.97);
    expect(made.compared.perplexityRatio).toBeLessThan(1.03);
    expect(made).toMatchObject({ fallbackTensors: 0, tensors: 272 });
    const quantizing = seen.filter(({ stage }) => stage === "quantizing");
    expect(quantizing).toHaveLength(272);
    expect(quantizing.at(-1)).toMatchObject({ fraction: 1, tensor: 272, tensors: 272 });
    expect(seen.at(-1)?.stage).toBe("checking");
    expect(leftovers()).toEqual([]);
    // What it takes is told from its source's header and its size, as for a file that is not here yet.
    const told = siblingMemory([await readGgufHeader(source.path)], made.model);
    const own = made.model.memory;
    expect((told?.weightsBytes ?? 0) / (own?.weightsBytes ?? 1)).toBeCloseTo(1, 3);
    expect((told?.readBytes ?? 0) / (own?.readBytes ?? 1)).toBeCloseTo(1, 3);
    expect(Object.keys(told?.repackable ?? {})).toEqual(Object.keys(own?.repackable ?? {}));
    // A file is never overwritten.
    await expect(quantizer.run(source, "Q8_0", undefined, () => {}, never)).rejects.toMatchObject({
      code: "conflict",
    });
  }, 60_000);

  it("makes an embedder whose vectors point where those of its source do", async () => {
    const source = await modelAt(testModelPath("embedF16"));
    const out = path.join(modelsDir, "deep", "own name.gguf");
    await expect(quantizer.run(source, "Q8_0", out, () => {}, never)).rejects.toMatchObject({
      code: "bad-input",
    });
    mkdirSync(path.dirname(out));
    const made = await quantizer.run(source, "Q8_0", out, () => {}, never);
    expect(made.model).toMatchObject({ path: out, kind: "embedding", quantization: "Q8_0" });
    expect(made.compared.perplexityRatio).toBeNull();
    expect(made.compared.similarity).toBeGreaterThan(0.99);
  }, 60_000);

  it("leaves nothing when it is stopped, and names what cannot be made", async () => {
    const source = await modelAt(testModelPath("chat"));
    const stop = new AbortController();
    const running = quantizer.run(
      source,
      "Q5_0",
      undefined,
      ({ tensor }) => tensor === 20 && stop.abort(),
      stop.signal,
    );
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    expect(leftovers()).toEqual([]);
    expect(existsSync(path.join(modelsDir, "SmolLM2-135M-Instruct.Q5_0.gguf"))).toBe(false);
    for (const type of ["IQ2_XXS", "Q1_0", "Q4_1"] as const) {
      await expect(quantizer.run(source, type, undefined, () => {}, never)).rejects.toMatchObject({
        code: "model-unsupported",
      });
    }
  }, 60_000);

  it("removes what a killed engine left half written", async () => {
    const half = path.join(modelsDir, ".quantizing-x.part");
    writeFileSync(half, "half");
    writeFileSync(path.join(modelsDir, ".quantizing.json"), JSON.stringify({ files: [half] }));
    await quantizer.sweep();
    expect(leftovers()).toEqual([]);
  });
});
