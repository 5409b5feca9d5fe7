import { open } from "node:fs/promises";
import { bertMetadata } from "../convert/bertMetadata.ts";
import { writeGguf, type GgufEntry, type TensorToWrite } from "../gguf/writeGguf.ts";

/**
 * A tiny BERT that ranks: one layer, weights that look random and are the same in every run, and the
 * same computation in plain numbers to compare with.
 */
const width = 32;
const heads = 2;
const inner = 64;
const positions = 64;
const epsilon = 1e-12;
const rankPooling = 4;

export const rankerVocabulary = [
  "[PAD]",
  "[UNK]",
  "[CLS]",
  "[SEP]",
  "[MASK]",
  ..."the a of in is was who when lamp keeper harbour storm changed first light oil ship tide".split(
    " ",
  ),
  ".",
  "?",
];

type Shape = readonly [number] | readonly [number, number];

/** Rows by columns, as PyTorch writes them: GGUF names the columns first. */
const shapes: Readonly<Record<string, Shape>> = {
  "token_embd.weight": [rankerVocabulary.length, width],
  "position_embd.weight": [positions, width],
  "token_types.weight": [2, width],
  "token_embd_norm.weight": [width],
  "token_embd_norm.bias": [width],
  ...Object.fromEntries(
    ["attn_q", "attn_k", "attn_v", "attn_output"].flatMap((name) => [
      [`blk.0.${name}.weight`, [width, width]],
      [`blk.0.${name}.bias`, [width]],
    ]),
  ),
  "blk.0.attn_output_norm.weight": [width],
  "blk.0.attn_output_norm.bias": [width],
  "blk.0.ffn_up.weight": [inner, width],
  "blk.0.ffn_up.bias": [inner],
  "blk.0.ffn_down.weight": [width, inner],
  "blk.0.ffn_down.bias": [width],
  "blk.0.layer_output_norm.weight": [width],
  "blk.0.layer_output_norm.bias": [width],
  "cls.weight": [width, width],
  "cls.bias": [width],
  "cls.output.weight": [1, width],
  "cls.output.bias": [1],
};

const weights = new Map(
  Object.entries(shapes).map(([name, shape], at) => [name, fill(name, shape, at)]),
);

/** Writes the model's file. */
export async function writeSmallRanker(path: string): Promise<void> {
  const metadata: GgufEntry[] = bertMetadata({
    name: "Small ranker",
    config: {
      model_type: "bert",
      hidden_size: width,
      intermediate_size: inner,
      num_attention_heads: heads,
      num_hidden_layers: 1,
      max_position_embeddings: positions,
      layer_norm_eps: epsilon,
    },
    vocabulary: rankerVocabulary,
    quantization: "F16",
  }).map((entry) =>
    entry.key === "bert.pooling_type"
      ? { key: entry.key, type: "uint32", value: rankPooling }
      : entry,
  );
  const tensors = Object.entries(shapes).map(([name, shape]): TensorToWrite => ({
    name,
    type: 0,
    shape: shape.toReversed(),
    data: () => new Uint8Array(weight(name).slice().buffer),
  }));
  const file = await open(path, "w");
  try {
    await writeGguf(file, { metadata, tensors });
  } finally {
    await file.close();
  }
}

/** What the model says of these tokens, from 0 to 1. @param words pieces of the vocabulary */
export function scoreOf(words: readonly string[]): number {
  const ids = words.map((word) => rankerVocabulary.indexOf(word));
  const embedded = ids.map((id, at) =>
    row("token_embd", id).map(
      (value, i) => value + row("position_embd", at)[i]! + row("token_types", 0)[i]!,
    ),
  );
  const input = embedded.map((x) => norm("token_embd_norm", x));
  const [queries, keys, values] = ["attn_q", "attn_k", "attn_v"].map((name) =>
    input.map((x) => linear(`blk.0.${name}`, x)),
  ) as [number[][], number[][], number[][]];
  const size = width / heads;
  const mixed = queries.map((query) =>
    Array.from({ length: heads }, (_, head) => {
      const part = (x: readonly number[]): number[] => x.slice(head * size, (head + 1) * size);
      const own = part(query);
      const share = softmax(keys.map((key) => dot(own, part(key)) / Math.sqrt(size)));
      return Array.from({ length: size }, (_unused, i) =>
        dot(
          share,
          values.map((value) => part(value)[i]!),
        ),
      );
    }).flat(),
  );
  const attended = mixed.map((x, at) =>
    norm("blk.0.attn_output_norm", add(linear("blk.0.attn_output", x), input[at]!)),
  );
  const output = attended.map((x) =>
    norm(
      "blk.0.layer_output_norm",
      add(linear("blk.0.ffn_down", linear("blk.0.ffn_up", x).map(gelu)), x),
    ),
  );
  const pooled = linear("cls", output[0]!).map(Math.tanh);
  return 1 / (1 + Math.exp(-linear("cls.output", pooled)[0]!));
}

function fill(name: string, shape: Shape, seed: number): Float32Array {
  const length = shape.reduce((product, size) => product * size, 1);
  const isNorm = name.includes("norm.weight");
  let state = seed + 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const value = (state / 2 ** 32 - 0.5) * 0.8;
    return isNorm ? 1 + value / 4 : value;
  });
}

function weight(name: string): Float32Array {
  return weights.get(name)!;
}

function row(name: string, at: number): number[] {
  return Array.from(weight(`${name}.weight`).subarray(at * width, (at + 1) * width));
}

function linear(name: string, x: readonly number[]): number[] {
  const matrix = weight(`${name}.weight`);
  const bias = weight(`${name}.bias`);
  return Array.from(bias, (shift, at) => {
    let sum = shift;
    for (let i = 0; i < x.length; i += 1) sum += matrix[at * x.length + i]! * x[i]!;
    return sum;
  });
}

function norm(name: string, x: readonly number[]): number[] {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const spread = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map(
    (value, at) =>
      ((value - mean) / Math.sqrt(spread + epsilon)) * weight(`${name}.weight`)[at]! +
      weight(`${name}.bias`)[at]!,
  );
}

function softmax(x: readonly number[]): number[] {
  const most = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044_715 * x ** 3)));
}

function add(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, at) => value + b[at]!);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}
