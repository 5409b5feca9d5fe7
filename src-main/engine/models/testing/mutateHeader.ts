import { readFile } from "node:fs/promises";
import path from "node:path";
import type { GgufEntry } from "../gguf/writeGguf.ts";
import { writeSmallModel } from "./smallGguf.ts";

/** A small model whose header tells all that an estimate asks for; written into a folder, and read. */
export async function wholeModel(folder: string): Promise<Buffer> {
  const file = path.join(folder, "good.gguf");
  const uint = (key: string, value: number): GgufEntry => ({ key, type: "uint32", value });
  await writeSmallModel(file, {
    chatTemplate: "{{ messages }}",
    metadata: [
      uint("llama.block_count", 2),
      uint("llama.embedding_length", 64),
      uint("llama.feed_forward_length", 128),
      uint("llama.attention.head_count", 4),
      { key: "llama.attention.head_count_kv", type: "array", element: "int32", values: [2, 2] },
      uint("llama.attention.key_length", 16),
      uint("llama.expert_count", 8),
      uint("llama.expert_used_count", 2),
    ],
    tensors: [
      { name: "token_embd.weight", type: 8, shape: [64, 10], data: () => new Uint8Array(680) },
      ...["attn_q", "attn_v", "ffn_down"].map((part, at) => ({
        name: `blk.${at % 2}.${part}.weight`,
        type: 1,
        shape: [64, 8],
        data: () => new Uint8Array(1024),
      })),
      { name: "output_norm.weight", type: 0, shape: [64], data: () => new Uint8Array(256) },
    ],
  });
  return await readFile(file);
}

/** Numbers that break sums, products and comparisons. */
const extremes = [
  0n,
  1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 61n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** A header with one lie in it: bits, numbers that break sums, missing and repeated stretches, an early end. */
export function mutateHeader(good: Buffer, random: () => number): Buffer {
  const changed = Buffer.from(good);
  const below = (limit: number): number => Math.floor(random() * limit);
  // The header is where the lies are; the weights behind it are only bytes.
  const place = below(Math.min(good.length - 8, 2600));
  switch (below(6)) {
    case 0:
      for (let count = 1 + below(8); count > 0; count--) {
        const at = below(good.length);
        changed[at] = (changed[at] ?? 0) ^ (1 << below(8));
      }
      return changed;
    case 1:
      changed.writeBigUInt64LE(extremes[below(extremes.length)] ?? 0n, place);
      return changed;
    case 2:
      changed.writeUInt32LE(
        Number((extremes[below(extremes.length)] ?? 0n) & 0xff_ff_ff_ffn),
        place,
      );
      return changed;
    case 3:
      return changed.subarray(0, below(good.length));
    case 4:
      return Buffer.concat([good.subarray(0, place), good.subarray(place + 1 + below(64))]);
    default:
      return Buffer.concat([
        good.subarray(0, place),
        good.subarray(below(place + 1), place),
        good.subarray(place),
      ]);
  }
}
