import { open } from "node:fs/promises";
import { type GgufEntry, type TensorToWrite, writeGguf } from "../gguf/writeGguf.ts";

/** Raw pieces of GGUF, for tests that need headers no honest writer would make. */
export const raw = {
  u32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  },
  u64(value: bigint | number): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
    return bytes;
  },
  text(text: string): Buffer {
    const bytes = Buffer.from(text, "utf8");
    return Buffer.concat([raw.u64(bytes.length), bytes]);
  },
  head(tensors: bigint | number, entries: bigint | number, version = 3): Buffer {
    return Buffer.concat([
      Buffer.from("GGUF"),
      raw.u32(version),
      raw.u64(tensors),
      raw.u64(entries),
    ]);
  },
  stringEntry(key: string, value: string): Buffer {
    return Buffer.concat([raw.text(key), raw.u32(8), raw.text(value)]);
  },
  uint32Entry(key: string, value: number): Buffer {
    return Buffer.concat([raw.text(key), raw.u32(4), raw.u32(value)]);
  },
  tensor(name: string, shape: readonly (bigint | number)[], type: number, offset: bigint | number) {
    return Buffer.concat([
      raw.text(name),
      raw.u32(shape.length),
      ...shape.map((size) => raw.u64(size)),
      raw.u32(type),
      raw.u64(offset),
    ]);
  },
  /** Pads a header to the alignment and appends `dataBytes` of tensor data. */
  file(parts: readonly Buffer[], dataBytes: number): Buffer {
    const header = Buffer.concat(parts);
    const padding = (32 - (header.length % 32)) % 32;
    return Buffer.concat([header, Buffer.alloc(padding + dataBytes)]);
  },
};

export type SmallModel = {
  architecture?: string;
  metadata?: readonly GgufEntry[];
  tokens?: readonly string[];
  tensors?: readonly TensorToWrite[];
  chatTemplate?: string;
  fileType?: number;
};

/** Metadata and tensors of a tiny but well-formed model, weights all zero. */
export async function writeSmallModel(path: string, model: SmallModel = {}): Promise<void> {
  const architecture = model.architecture ?? "llama";
  const metadata: GgufEntry[] = [
    { key: "general.architecture", type: "string", value: architecture },
    { key: "general.name", type: "string", value: "Small" },
    { key: `${architecture}.context_length`, type: "uint32", value: 2048 },
    { key: "general.file_type", type: "uint32", value: model.fileType ?? 7 },
    { key: "tokenizer.ggml.model", type: "string", value: "gpt2" },
    {
      key: "tokenizer.ggml.tokens",
      type: "array",
      element: "string",
      values: model.tokens ?? Array.from({ length: 100 }, (_, index) => `token ${index}`),
    },
    { key: "tokenizer.ggml.token_type", type: "array", element: "int32", values: [1, -2, 3] },
    { key: "general.parameter_sum", type: "uint64", value: 2n ** 63n + 1n },
    { key: "general.flag", type: "bool", value: true },
    { key: "general.ratio", type: "float32", value: 0.5 },
    ...(model.chatTemplate === undefined
      ? []
      : [
          {
            key: "tokenizer.chat_template",
            type: "string",
            value: model.chatTemplate,
          } as const,
        ]),
    ...(model.metadata ?? []),
  ];
  const tensors = model.tensors ?? [
    { name: "token_embd.weight", type: 8, shape: [64, 10], data: () => new Uint8Array(20 * 34) },
    { name: "output_norm.weight", type: 0, shape: [64], data: () => new Uint8Array(256) },
  ];
  const file = await open(path, "w");
  try {
    await writeGguf(file, { metadata, tensors });
  } finally {
    await file.close();
  }
}
