import type { FileHandle } from "node:fs/promises";
import { cancelledError } from "../../../contract/errors.ts";
import {
  defaultAlignment,
  ggmlTypes,
  ggufMagic,
  ggufVersion,
  type ScalarTypeName,
  scalarBytes,
  valueTypes,
} from "./ggmlTypes.ts";
import { padded } from "./readTensors.ts";

/** A metadata value with its type spelled out, as GGUF stores it. */
export type GgufEntry =
  | { key: string; type: Exclude<ScalarTypeName, "uint64" | "int64" | "bool">; value: number }
  | { key: string; type: "uint64" | "int64"; value: bigint }
  | { key: string; type: "bool"; value: boolean }
  | { key: string; type: "string"; value: string }
  | { key: string; type: "array"; element: "string"; values: readonly string[] }
  | {
      key: string;
      type: "array";
      element: "int32" | "uint32" | "float32";
      values: readonly number[];
    };

export type TensorToWrite = {
  name: string;
  /** Number of the element type, a key of `ggmlTypes`. */
  type: number;
  /** Elements per dimension, the fastest-moving one first. */
  shape: readonly number[];
  /** The tensor's bytes, made when they are written, so that one tensor at a time is in memory. */
  data: () => Promise<Uint8Array> | Uint8Array;
};

export type GgufToWrite = {
  metadata: readonly GgufEntry[];
  tensors: readonly TensorToWrite[];
  signal?: AbortSignal;
  /** Told after each tensor: bytes of tensor data written, and in all. */
  onProgress?: (progress: { bytes: number; totalBytes: number }) => void;
};

/**
 * Writes a GGUF file, version 3, to an open empty file; syncing and closing it is the caller's.
 * @throws RangeError when a tensor's bytes do not fit its type and shape; HearthError `cancelled`.
 */
export async function writeGguf(file: FileHandle, gguf: GgufToWrite): Promise<void> {
  const { metadata, tensors } = gguf;
  const sizes = tensors.map(tensorBytes);
  const totalBytes = sizes.reduce((sum, size) => sum + padded(size, defaultAlignment), 0);
  const head = Buffer.concat([
    uint32(ggufMagic),
    uint32(ggufVersion),
    uint64(tensors.length),
    uint64(metadata.length),
    ...metadata.map(encodeEntry),
    ...encodeTensors(tensors, sizes),
  ]);
  await writeAll(file, padTo(head, defaultAlignment));
  let bytes = 0;
  for (const [index, tensor] of tensors.entries()) {
    if (gguf.signal?.aborted) throw cancelledError();
    const data = await tensor.data();
    if (data.byteLength !== sizes[index]) {
      throw new RangeError(`${tensor.name} has ${data.byteLength} bytes, not ${sizes[index]}`);
    }
    await writeAll(file, padTo(data, defaultAlignment));
    bytes += padded(data.byteLength, defaultAlignment);
    gguf.onProgress?.({ bytes, totalBytes });
  }
}

function tensorBytes({ name, type, shape }: TensorToWrite): number {
  const known = ggmlTypes.get(type);
  if (known === undefined) throw new RangeError(`${name} has the unknown type ${type}`);
  const elements = shape.reduce((product, size) => product * size, 1);
  const row = shape[0] ?? 1;
  if (row % known.blockElements !== 0) {
    throw new RangeError(`${name} has rows of ${row}, not a multiple of ${known.blockElements}`);
  }
  return (elements / known.blockElements) * known.blockBytes;
}

function encodeTensors(tensors: readonly TensorToWrite[], sizes: readonly number[]): Buffer[] {
  let offset = 0;
  return tensors.map((tensor, index) => {
    const info = Buffer.concat([
      encodeString(tensor.name),
      uint32(tensor.shape.length),
      ...tensor.shape.map(uint64),
      uint32(tensor.type),
      uint64(offset),
    ]);
    offset += padded(sizes[index] ?? 0, defaultAlignment);
    return info;
  });
}

function encodeEntry(entry: GgufEntry): Buffer {
  return Buffer.concat([
    encodeString(entry.key),
    uint32(valueTypes[entry.type]),
    encodeValue(entry),
  ]);
}

function encodeValue(entry: GgufEntry): Buffer {
  switch (entry.type) {
    case "string":
      return encodeString(entry.value);
    case "bool":
      return Buffer.from([entry.value ? 1 : 0]);
    case "uint64":
    case "int64": {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, entry.value));
      return bytes;
    }
    case "array":
      return Buffer.concat([
        uint32(valueTypes[entry.element]),
        uint64(entry.values.length),
        ...(entry.element === "string"
          ? entry.values.map(encodeString)
          : [encodeNumbers(entry.element, entry.values)]),
      ]);
    default:
      return encodeNumbers(entry.type, [entry.value]);
  }
}

function encodeNumbers(
  type: Exclude<ScalarTypeName, "uint64" | "int64" | "bool">,
  values: readonly number[],
): Buffer {
  const width = scalarBytes[type];
  const bytes = Buffer.alloc(values.length * width);
  for (const [index, value] of values.entries()) {
    const at = index * width;
    if (type === "float32") bytes.writeFloatLE(value, at);
    else if (type === "float64") bytes.writeDoubleLE(value, at);
    else if (type.startsWith("u")) bytes.writeUIntLE(value, at, width);
    else bytes.writeIntLE(value, at, width);
  }
  return bytes;
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function padTo(data: Uint8Array, alignment: number): Uint8Array {
  const size = padded(data.byteLength, alignment);
  if (size === data.byteLength) return data;
  const result = new Uint8Array(size);
  result.set(data);
  return result;
}

async function writeAll(file: FileHandle, data: Uint8Array): Promise<void> {
  let written = 0;
  while (written < data.byteLength) {
    const { bytesWritten } = await file.write(data, written, data.byteLength - written);
    written += bytesWritten;
  }
}
