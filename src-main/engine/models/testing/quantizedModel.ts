import { open, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { QuantType } from "../../../contract/quantize.ts";
import { ggmlTypes } from "../gguf/ggmlTypes.ts";
import { readGgufHeader } from "../gguf/readGgufHeader.ts";
import { writeGguf, type GgufEntry, type TensorToWrite } from "../gguf/writeGguf.ts";
import { planQuantization } from "../quantize/planQuantization.ts";

export interface ModelShape {
  readonly layers: number;
  readonly embedding: number;
  readonly words: number;
  readonly context: number;
}

const usualShape: ModelShape = { layers: 4, embedding: 256, words: 600, context: 4096 };
const typeNumbers = new Map([...ggmlTypes].map(([number, { name }]) => [name, number]));

/**
 * The bytes of a model of zeros, with each tensor in the type that the quantizer would give it: files of one
 * shape in several quantizations, as a repository has them.
 */
export async function quantizedModel(
  type: QuantType,
  change: Partial<ModelShape> = {},
): Promise<Buffer> {
  const shape = { ...usualShape, ...change };
  const whole = await write(shape, () => "F16");
  const file = path.join(os.tmpdir(), `hearth-shape-${process.pid}-${Math.random()}.gguf`);
  try {
    const handle = await open(file, "w");
    await handle.writeFile(whole);
    await handle.close();
    const { planned } = planQuantization([await readGgufHeader(file)], type);
    const types = new Map(planned.map(({ name, to }) => [name, to]));
    return await write(shape, (name) => types.get(name) ?? "F16");
  } finally {
    await rm(file, { force: true });
  }
}

async function write(
  { layers, embedding, words, context }: ModelShape,
  typeOf: (name: string) => string,
): Promise<Buffer> {
  const uint = (key: string, value: number): GgufEntry => ({
    key: `llama.${key}`,
    type: "uint32",
    value,
  });
  const metadata: GgufEntry[] = [
    { key: "general.architecture", type: "string", value: "llama" },
    { key: "tokenizer.ggml.model", type: "string", value: "gpt2" },
    {
      key: "tokenizer.ggml.tokens",
      type: "array",
      element: "string",
      values: Array.from({ length: words }, (_, index) => `token ${index}`),
    },
    uint("context_length", context),
    uint("block_count", layers),
    uint("embedding_length", embedding),
    uint("feed_forward_length", 2 * embedding),
    uint("attention.head_count", 4),
    uint("attention.head_count_kv", 2),
  ];
  const tensor = (name: string, ...size: number[]): TensorToWrite => {
    const isExact = size.length === 1;
    const type = typeNumbers.get(isExact ? "F32" : typeOf(name)) ?? 0;
    const { blockElements = 1, blockBytes = 4 } = ggmlTypes.get(type) ?? {};
    const bytes = (size.reduce((a, b) => a * b, 1) / blockElements) * blockBytes;
    return { name, type, shape: size, data: () => new Uint8Array(bytes) };
  };
  const half = embedding / 2;
  const tensors = [
    tensor("token_embd.weight", embedding, words),
    tensor("output_norm.weight", embedding),
    ...Array.from({ length: layers }, (_, layer) => {
      const of = (part: string, ...size: number[]): TensorToWrite =>
        tensor(`blk.${layer}.${part}.weight`, ...size);
      return [
        of("attn_norm", embedding),
        of("attn_q", embedding, embedding),
        of("attn_k", embedding, half),
        of("attn_v", embedding, half),
        of("attn_output", embedding, embedding),
        of("ffn_gate", embedding, 2 * embedding),
        of("ffn_up", embedding, 2 * embedding),
        of("ffn_down", 2 * embedding, embedding),
      ];
    }).flat(),
  ];
  const file = path.join(os.tmpdir(), `hearth-shape-${process.pid}-${Math.random()}.gguf`);
  const handle = await open(file, "w");
  try {
    await writeGguf(handle, { metadata, tensors });
  } finally {
    await handle.close();
  }
  const content = await readFile(file);
  await rm(file);
  return content;
}
