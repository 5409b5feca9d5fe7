import { describe, expect, it } from "vitest";
import { quantTypes } from "../../../contract/quantize.ts";
import type { GgufHeader } from "../gguf/readGgufHeader.ts";
import type { GgufTensor } from "../gguf/readTensors.ts";
import { mayQuantize } from "./mayQuantize.ts";
import { planQuantization } from "./planQuantization.ts";
import { elementType, quantKinds } from "./quantTypes.ts";
import { resultName } from "./resultName.ts";

function header(tensors: readonly [string, string, number[]][], layers = 1): GgufHeader {
  const listed = tensors.map(([name, type, shape]): GgufTensor => {
    const { blockElements, blockBytes } = elementType(type);
    const sizeBytes = (shape.reduce((a, b) => a * b, 1) / blockElements) * blockBytes;
    return { name, type, shape, offset: 0, sizeBytes };
  });
  return {
    version: 3,
    alignment: 32,
    metadata: new Map<string, string | number>([
      ["general.architecture", "llama"],
      ["llama.block_count", layers],
      ["llama.attention.head_count", 4],
    ]),
    tensors: listed,
    dataOffset: 4096,
    fileBytes: 0,
  };
}

const model = (type: string, row: number): GgufHeader =>
  header([
    ["token_embd.weight", type, [row, 64]],
    ["output.weight", type, [row, 64]],
    ["output_norm.weight", "F32", [row]],
    ["blk.0.attn_q.weight", type, [row, row]],
    ["blk.0.ffn_up.weight", type, [row, row]],
  ]);

describe("planQuantization", () => {
  it("tells type and size of each tensor, and leaves norms alone", () => {
    const plan = planQuantization([model("F16", 256)], "Q4_K_M");
    expect(plan.planned.map(({ name, to }) => `${name} ${to}`)).toEqual([
      "output.weight Q6_K",
      "output_norm.weight F32",
      "token_embd.weight Q4_K",
      "blk.0.attn_q.weight Q4_K",
      "blk.0.ffn_up.weight Q4_K",
    ]);
    const k = (blocks: number, bytes: number): number => blocks * bytes;
    expect(plan.bytes).toBe(4096 + k(64, 210) + 1024 + k(64, 144) + 2 * k(256, 144));
    expect(plan).toMatchObject({ refusal: null, fallbacks: [], warning: null });
  });

  it("says which rows do not divide, and what they get instead", () => {
    const plan = planQuantization([model("F16", 96)], "Q4_K_M");
    expect(plan.fallbacks).toEqual([
      { wanted: "Q4_K", blockLength: 256, instead: "Q5_0", tensors: 3 },
    ]);
    // Where not even blocks of 32 fit, the weights stay in 16 bits.
    const odd = planQuantization([model("F16", 80)], "Q4_K_M");
    expect(new Set(odd.planned.map(({ to }) => to))).toEqual(new Set(["F16", "F32"]));
    expect(odd.refusal).toBe("same");
  });

  it("warns of a source that has lost something already", () => {
    expect(planQuantization([model("Q8_0", 256)], "Q4_0").warning).toBe("requantized");
    expect(planQuantization([model("Q4_0", 256)], "Q8_0").warning).toBe("no-gain");
    expect(planQuantization([model("Q4_0", 256)], "F16").warning).toBe("no-gain");
    expect(planQuantization([model("BF16", 256)], "Q8_0").warning).toBeNull();
  });

  it("refuses what would be noise, what has no type for its rows, and what it is already", () => {
    expect(planQuantization([model("F16", 256)], "IQ2_XXS").refusal).toBe("importance-data");
    expect(planQuantization([model("F16", 96)], "Q1_0").refusal).toBe("rows");
    expect(planQuantization([model("F16", 256)], "F16").refusal).toBe("same");
  });

  it("adds up the parts of a split model", () => {
    const whole = planQuantization([model("F16", 256)], "Q8_0");
    const { tensors, ...rest } = model("F16", 256);
    const parts = [0, 3].map((from, at) => ({
      ...rest,
      tensors: at === 0 ? tensors.slice(0, 3) : tensors.slice(from),
    }));
    const split = planQuantization(parts, "Q8_0");
    expect(split.planned).toEqual(whole.planned);
    expect(split.bytes - whole.bytes).toBeLessThan(200);
  });

  it("knows the block of every base type", () => {
    for (const type of quantTypes) {
      expect(elementType(quantKinds[type].base).blockBytes, type).toBeGreaterThan(0);
    }
  });
});

describe("mayQuantize", () => {
  it.each([
    ["blk.0.attn_q.weight", [64, 64], true],
    ["blk.0.attn_q.bias", [64, 64], false],
    ["blk.0.attn_norm.weight", [64, 64], false],
    ["output_norm.weight", [64], false],
    ["blk.0.ffn_gate_inp.weight", [64, 8], false],
    ["position_embd.weight", [64, 512], false],
    ["blk.0.attn_q.weight", [64, 1], false],
    ["blk.0.ffn_up_exps.weight", [64, 8, 4], true],
  ] as const)("%s %j: %s", (name, shape, expected) => {
    expect(mayQuantize({ name, shape })).toBe(expected);
  });
});

describe("resultName", () => {
  it.each([
    ["/m/SmolLM2.Q4_1.gguf", "Q4_1", "Q8_0", "SmolLM2.Q8_0.gguf"],
    ["/m/Name-q4_k_m.gguf", "Q4_K_M", "Q4_0", "Name-Q4_0.gguf"],
    ["/m/Name.gguf", "F16", "Q4_K_M", "Name.Q4_K_M.gguf"],
    ["/m/Big-F16-00001-of-00003.gguf", "F16", "Q6_K", "Big-Q6_K.gguf"],
    ["/m/Name.gguf", "", "Q8_0", "Name.Q8_0.gguf"],
  ])("%s", (file, from, to, expected) => {
    expect(resultName(file, from, to)).toBe(expected);
  });
});
