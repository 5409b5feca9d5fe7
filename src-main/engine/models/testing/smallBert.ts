import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

const config = {
  architectures: ["BertModel"],
  model_type: "bert",
  hidden_size: 32,
  intermediate_size: 64,
  num_attention_heads: 2,
  num_hidden_layers: 1,
  max_position_embeddings: 16,
  layer_norm_eps: 1e-12,
};

export const smallVocabulary = [
  "[PAD]",
  "[unused0]",
  "[UNK]",
  "[CLS]",
  "[SEP]",
  "[MASK]",
  "hearth",
  "##s",
];

/** Shapes of a one-layer BERT, with the two tensors that a converter leaves out. */
const shapes: Record<string, number[]> = {
  "embeddings.word_embeddings.weight": [smallVocabulary.length, 32],
  "embeddings.position_embeddings.weight": [16, 32],
  "embeddings.token_type_embeddings.weight": [2, 32],
  "embeddings.LayerNorm.weight": [32],
  "embeddings.LayerNorm.bias": [32],
  "encoder.layer.0.attention.self.query.weight": [32, 32],
  "encoder.layer.0.attention.self.query.bias": [32],
  "encoder.layer.0.intermediate.dense.weight": [64, 32],
  "encoder.layer.0.output.dense.weight": [32, 64],
  "encoder.layer.0.output.LayerNorm.weight": [32],
  "pooler.dense.weight": [32, 32],
};

/** The value at `index` of the tensor `name`: anything, but known. */
export function smallBertValue(name: string, index: number): number {
  return Math.fround(Math.sin(index + name.length));
}

/** Safetensors bytes from tensors of floats; `change` may spoil the table first. */
export function makeSafetensors(
  tensors: Record<string, number[]> = shapes,
  change: (table: Record<string, unknown>) => void = () => {},
): Buffer {
  const table: Record<string, unknown> = { __metadata__: { format: "pt" } };
  const data: Buffer[] = [];
  let offset = 0;
  for (const [name, shape] of Object.entries(tensors)) {
    const count = shape.reduce((product, length) => product * length, 1);
    const bytes = Buffer.alloc(count * 4);
    for (let index = 0; index < count; index++) {
      bytes.writeFloatLE(smallBertValue(name, index), index * 4);
    }
    table[name] = { dtype: "F32", shape, data_offsets: [offset, offset + bytes.length] };
    data.push(bytes);
    offset += bytes.length;
  }
  change(table);
  const json = Buffer.from(JSON.stringify(table));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([head, json, ...data]);
}

/** Writes a tiny BERT checkpoint: model.safetensors, vocab.txt and config.json. */
export async function writeSmallBert(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "model.safetensors"), makeSafetensors());
  await writeFile(path.join(folder, "vocab.txt"), `${smallVocabulary.join("\n")}\n`);
  await writeFile(path.join(folder, "config.json"), JSON.stringify(config));
}
