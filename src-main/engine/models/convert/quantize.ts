import { setImmediate as nextTurn } from "node:timers/promises";
import { cancelledError } from "../../../contract/errors.ts";

const q8BlockElements = 32;
const q8BlockBytes = 34;

/** Values encoded between two turns of the event loop: some tens of milliseconds of work. */
const stepElements = 1 << 19;

/**
 * Encodes a large tensor piece by piece, so that the process stays responsive.
 * @throws HearthError `cancelled`
 */
export async function encodeInSteps(
  values: Float32Array,
  encode: (values: Float32Array) => Uint8Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (values.length <= stepElements) return encode(values);
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < values.length; from += stepElements) {
    if (signal?.aborted) throw cancelledError();
    pieces.push(encode(values.subarray(from, from + stepElements)));
    await nextTurn();
  }
  return Buffer.concat(pieces);
}

/** The bytes of the floats themselves, little endian. */
export function toFloat32Bytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) {
    view.setFloat32(index * 4, values[index] ?? 0, true);
  }
  return bytes;
}

/** Each value as a 16-bit IEEE float, rounded to nearest, ties to even. */
export function toFloat16Bytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const float16 = makeFloat16Encoder();
  for (let index = 0; index < values.length; index++) {
    const bits = float16(values[index] ?? 0);
    bytes[index * 2] = bits & 0xff;
    bytes[index * 2 + 1] = bits >> 8;
  }
  return bytes;
}

/**
 * ggml's Q8_0: blocks of 32 values share the scale d = max|x| / 127, stored as a 16-bit float before
 * 32 signed bytes round(x / d), halves away from zero. Every step is rounded to 32-bit floats, which
 * makes the bytes the same as ggml's own.
 * @throws RangeError if the count of values is not a multiple of 32.
 */
export function toQ8Bytes(values: Float32Array): Uint8Array {
  const blocks = values.length / q8BlockElements;
  if (!Number.isInteger(blocks)) {
    throw new RangeError(`${values.length} values do not make whole blocks of ${q8BlockElements}`);
  }
  const bytes = new Uint8Array(blocks * q8BlockBytes);
  const signed = new Int8Array(bytes.buffer);
  const float16 = makeFloat16Encoder();
  const { fround } = Math;
  for (let block = 0; block < blocks; block++) {
    const from = block * q8BlockElements;
    const to = block * q8BlockBytes;
    let largest = 0;
    for (let index = from; index < from + q8BlockElements; index++) {
      largest = Math.max(largest, Math.abs(values[index] ?? 0));
    }
    const scale = fround(largest / 127);
    const inverse = scale === 0 ? 0 : fround(1 / scale);
    const bits = float16(scale);
    bytes[to] = bits & 0xff;
    bytes[to + 1] = bits >> 8;
    for (let index = 0; index < q8BlockElements; index++) {
      const scaled = fround((values[from + index] ?? 0) * inverse);
      const size = Math.abs(scaled);
      const whole = Math.floor(size);
      const rounded = whole + Math.floor(2 * (size - whole));
      signed[to + 2 + index] = scaled < 0 ? -rounded : rounded;
    }
  }
  return bytes;
}

/** A function from number to the bits of a 16-bit float; it reuses one scratch cell, for speed. */
function makeFloat16Encoder(): (value: number) => number {
  const scratch = new Float32Array(1);
  const scratchBits = new Uint32Array(scratch.buffer);
  return (value) => {
    scratch[0] = value;
    return float32BitsToFloat16(scratchBits[0] ?? 0);
  };
}

/** Narrows the bits of a 32-bit float to those of a 16-bit one, to nearest, ties to even. */
export function float32BitsToFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00 | ((magnitude >> 13) & 0x1ff);
  // 65520 and more is nearer to infinity than to the largest half float.
  if (magnitude >= 0x477f_f000) return sign | 0x7c00;
  const exponent = (magnitude >>> 23) - 127 + 15;
  const fraction = magnitude & 0x7f_ffff;
  if (exponent > 0) {
    const narrowed = (exponent << 10) | (fraction >> 13);
    return sign | roundEven(narrowed, fraction & 0x1fff, 0x1000);
  }
  // Subnormal: below 2^-14 the leading one becomes part of the fraction. Below 2^-25 it is zero.
  if (exponent < -10) return sign;
  const shift = 14 - exponent;
  const full = fraction | 0x80_0000;
  return sign | roundEven(full >> shift, full & ((1 << shift) - 1), 1 << (shift - 1));
}

function roundEven(value: number, rest: number, half: number): number {
  return rest > half || (rest === half && value % 2 === 1) ? value + 1 : value;
}
