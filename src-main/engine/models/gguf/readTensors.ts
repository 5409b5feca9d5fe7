import type { FileCursor } from "./FileCursor.ts";
import { damagedModel, unsupportedModel } from "./ggufErrors.ts";
import { ggmlTypes } from "./ggmlTypes.ts";
import { printable } from "./readMetadata.ts";

export type GgufTensor = {
  name: string;
  /** Element type, such as `Q4_K`. */
  type: string;
  /** Elements per dimension, the fastest-moving one first. */
  shape: readonly number[];
  /** Bytes from the start of the tensor data. */
  offset: number;
  sizeBytes: number;
};

const maximumDimensions = 4;
const maximumNameBytes = 63;

/**
 * Reads `count` tensor descriptions. They must lie one behind the other, each padded to the
 * alignment, and within the file: what llama.cpp demands too.
 * @throws HearthError `model-damaged` or `model-unsupported`.
 */
export async function readTensors(
  cursor: FileCursor,
  count: number,
  alignment: number,
): Promise<{ tensors: GgufTensor[]; dataOffset: number }> {
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  let expectedOffset = 0;
  for (let index = 0; index < count; index++) {
    const tensor = await readTensor(cursor, `tensor ${index + 1} of ${count}`);
    const label = `Tensor "${printable(tensor.name)}"`;
    if (names.has(tensor.name)) throw damagedModel(`${label} is there twice.`);
    if (tensor.offset !== expectedOffset) {
      throw damagedModel(`${label} starts at byte ${tensor.offset}, not ${expectedOffset}.`);
    }
    names.add(tensor.name);
    tensors.push(tensor);
    expectedOffset += padded(tensor.sizeBytes, alignment);
  }
  const dataOffset = padded(cursor.position, alignment);
  for (const tensor of tensors) {
    const end = dataOffset + tensor.offset + tensor.sizeBytes;
    if (end > cursor.fileBytes) {
      throw damagedModel(
        `Tensor "${printable(tensor.name)}" ends at byte ${end}, but the file has only ${cursor.fileBytes} bytes.`,
      );
    }
  }
  return { tensors, dataOffset };
}

async function readTensor(cursor: FileCursor, what: string): Promise<GgufTensor> {
  await cursor.need(8, what);
  const nameBytes = cursor.size();
  if (nameBytes > maximumNameBytes) {
    throw damagedModel(`The name of ${what} claims ${nameBytes} bytes.`);
  }
  const name = (await cursor.bytes(nameBytes, what)).toString("utf8");
  const label = `Tensor "${printable(name)}"`;
  await cursor.need(4, what);
  const dimensions = cursor.uint32();
  if (dimensions > maximumDimensions) throw damagedModel(`${label} has ${dimensions} dimensions.`);
  await cursor.need(dimensions * 8 + 12, what);
  const shape: number[] = [];
  for (let index = 0; index < dimensions; index++) shape.push(readDimension(cursor, label));
  const typeNumber = cursor.uint32();
  const offset = cursor.size();
  const type = ggmlTypes.get(typeNumber);
  if (type === undefined) {
    throw unsupportedModel(`${label} has the unknown element type ${typeNumber}.`);
  }
  const elements = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(elements)) {
    throw damagedModel(`${label} claims ${elements} elements.`);
  }
  if ((shape[0] ?? 1) % type.blockElements !== 0) {
    throw damagedModel(
      `${label} has rows of ${shape[0] ?? 1}, which ${type.name} cannot hold: its blocks have ${type.blockElements}.`,
    );
  }
  const sizeBytes = (elements / type.blockElements) * type.blockBytes;
  return { name, type: type.name, shape, offset, sizeBytes };
}

function readDimension(cursor: FileCursor, label: string): number {
  const size = cursor.int64();
  if (size <= 0n || size > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw damagedModel(`${label} has a dimension of ${size}.`);
  }
  return Number(size);
}

/** `bytes` rounded up to a multiple of `alignment`. */
export function padded(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
