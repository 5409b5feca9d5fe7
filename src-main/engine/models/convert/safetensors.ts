import { type FileHandle, open } from "node:fs/promises";
import { z } from "zod";
import { HearthError } from "../../../contract/errors.ts";

export type Safetensor = {
  name: string;
  /** Element type as the file names it: `F32`, `F16`, `BF16`, `I64`. */
  type: string;
  /** Elements per dimension, the slowest-moving one first. */
  shape: readonly number[];
  /** Bytes from the start of the file. */
  offset: number;
  sizeBytes: number;
};

const maximumHeaderBytes = 100 * 1024 * 1024;
const elementBytes: Readonly<Record<string, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

const sizeSchema = z.int().nonnegative();
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(sizeSchema).max(8),
  data_offsets: z.tuple([sizeSchema, sizeSchema]),
});
const headerSchema = z.record(z.string(), z.union([entrySchema, z.record(z.string(), z.string())]));

/** An open safetensors file whose table was checked against the size of the file. */
export class SafetensorsFile implements AsyncDisposable {
  /** In the order in which their data lies in the file. */
  readonly tensors: readonly Safetensor[];
  readonly #file: FileHandle;

  private constructor(file: FileHandle, tensors: readonly Safetensor[]) {
    this.#file = file;
    this.tensors = tensors;
  }

  /** @throws HearthError `model-damaged` if the file is not what it claims to be. */
  static async open(path: string): Promise<SafetensorsFile> {
    const file = await open(path, "r");
    try {
      return new SafetensorsFile(file, await readTable(file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * A tensor's elements as 32-bit floats.
   * @throws HearthError `model-unsupported` for element types other than F32, F16 and BF16.
   */
  async readFloat32(tensor: Safetensor): Promise<Float32Array> {
    const bytes = new Uint8Array(tensor.sizeBytes);
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, tensor.offset);
    if (bytesRead < bytes.length) throw damaged(`"${tensor.name}" could not be read whole.`);
    // Every platform that Hearth is built for is little endian, as the file is.
    switch (tensor.type) {
      case "F32":
        return new Float32Array(bytes.buffer);
      case "F16":
        return Float32Array.from(new Uint16Array(bytes.buffer), float16ToNumber);
      case "BF16": {
        const bits = Uint32Array.from(new Uint16Array(bytes.buffer), (half) => half * 65_536);
        return new Float32Array(bits.buffer);
      }
      default:
        throw new HearthError({
          code: "model-unsupported",
          title: "Hearth cannot convert this model.",
          cause: `"${tensor.name}" has elements of type ${tensor.type}.`,
          suggestion: "Choose a model in GGUF format.",
        });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

async function readTable(file: FileHandle): Promise<Safetensor[]> {
  const { size } = await file.stat();
  const head = Buffer.alloc(8);
  if ((await file.read(head, 0, 8, 0)).bytesRead < 8) throw damaged(`It has only ${size} bytes.`);
  const headerBytes = Number(head.readBigUInt64LE());
  if (headerBytes > maximumHeaderBytes || headerBytes + 8 > size) {
    throw damaged(`Its table claims ${headerBytes} bytes; the file has ${size}.`);
  }
  const json = Buffer.alloc(headerBytes);
  await file.read(json, 0, headerBytes, 8);
  const tensors: Safetensor[] = [];
  for (const [name, entry] of Object.entries(parseTable(json.toString("utf8")))) {
    if (name === "__metadata__") continue;
    const checked = entrySchema.safeParse(entry);
    if (!checked.success) throw damaged(`The table entry "${name}" is malformed.`);
    const { dtype, shape, data_offsets: range } = checked.data;
    const width = elementBytes[dtype];
    if (width === undefined) throw damaged(`"${name}" has the unknown element type ${dtype}.`);
    const sizeBytes = range[1] - range[0];
    const expected = shape.reduce((product, length) => product * length, width);
    if (sizeBytes !== expected || 8 + headerBytes + range[1] > size) {
      throw damaged(`"${name}" does not lie within the file.`);
    }
    tensors.push({ name, type: dtype, shape, offset: 8 + headerBytes + range[0], sizeBytes });
  }
  return tensors.toSorted((a, b) => a.offset - b.offset);
}

function parseTable(json: string): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(json));
  } catch (error) {
    throw damaged("Its table is not readable.", error);
  }
}

function damaged(cause: string, error?: unknown): HearthError {
  return new HearthError(
    {
      code: "model-damaged",
      title: "This safetensors file is damaged.",
      cause,
      suggestion: "Download the model again.",
    },
    { cause: error },
  );
}

/** Value of a 16-bit IEEE float. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
