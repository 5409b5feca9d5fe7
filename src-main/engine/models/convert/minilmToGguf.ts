import { open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { cancelledError } from "../../../contract/errors.ts";
import { writeGguf } from "../gguf/writeGguf.ts";
import { bertMetadata } from "./bertMetadata.ts";
import { type EmbedderQuantization, parseBertConfig } from "./bertConfig.ts";
import { bertTensorName } from "./bertTensorName.ts";
import { encodeInSteps, toFloat16Bytes, toFloat32Bytes, toQ8Bytes } from "./quantize.ts";
import { type Safetensor, SafetensorsFile } from "./safetensors.ts";

export type MinilmConversion = {
  /** Folder with model.safetensors, vocab.txt and config.json. */
  sourceDir: string;
  /** File to make; written beside itself first and renamed when whole. */
  target: string;
  quantization: EmbedderQuantization;
  signal?: AbortSignal;
  /** Bytes of tensor data written, and in all. */
  onProgress?: (progress: { bytes: number; totalBytes: number }) => void;
};

const types = {
  F32: { number: 0, encode: toFloat32Bytes },
  F16: { number: 1, encode: toFloat16Bytes },
  Q8_0: { number: 8, encode: toQ8Bytes },
} as const;

/**
 * Converts a BERT sentence embedder (mean pooling) from safetensors to GGUF. The same input gives
 * the same bytes on every machine.
 * @throws HearthError `model-damaged` or `model-unsupported` if the sources are not such a model,
 * `cancelled`. The target is left untouched then.
 */
export async function minilmToGguf(conversion: MinilmConversion): Promise<void> {
  const { sourceDir, target, quantization, signal, onProgress } = conversion;
  const config = parseBertConfig(await readFile(path.join(sourceDir, "config.json"), "utf8"));
  const vocabulary = parseVocabulary(await readFile(path.join(sourceDir, "vocab.txt"), "utf8"));
  await using source = await SafetensorsFile.open(path.join(sourceDir, "model.safetensors"));
  const partial = `${target}.part`;
  const file = await open(partial, "w");
  try {
    await writeGguf(file, {
      metadata: bertMetadata({ name: "all-MiniLM-L6-v2", config, vocabulary, quantization }),
      tensors: selectTensors(source.tensors).map(({ tensor, name }) => {
        const type = types[typeFor(tensor, name, quantization)];
        return {
          name,
          type: type.number,
          shape: tensor.shape.toReversed(),
          data: async () => encodeInSteps(await source.readFloat32(tensor), type.encode, signal),
        };
      }),
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
    });
    await file.sync();
    await file.close();
    if (signal?.aborted) throw cancelledError();
    await rename(partial, target);
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
}

/** Matrices are quantized; vectors, positions and token types are small and matter, so stay F32. */
function typeFor(
  tensor: Safetensor,
  name: string,
  quantization: EmbedderQuantization,
): keyof typeof types {
  const isMatrix = tensor.shape.length === 2;
  const staysWhole = name.startsWith("position_embd") || name.startsWith("token_types");
  return isMatrix && !staysWhole ? quantization : "F32";
}

function selectTensors(tensors: readonly Safetensor[]): { tensor: Safetensor; name: string }[] {
  return tensors
    .filter(({ name }) => !name.includes("position_ids") && !name.includes("pooler"))
    .map((tensor) => ({ tensor, name: bertTensorName(tensor.name) }))
    .toSorted((a, b) => sourceOrder(a.tensor.name, b.tensor.name));
}

/** By name, so that the file does not depend on how the source happened to be laid out. */
function sourceOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function parseVocabulary(text: string): string[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
