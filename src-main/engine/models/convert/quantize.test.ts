import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  encodeInSteps,
  float32BitsToFloat16,
  toFloat16Bytes,
  toFloat32Bytes,
  toQ8Bytes,
} from "./quantize.ts";
import { float16ToNumber } from "./safetensors.ts";

const reference = z
  .object({ float32: z.string(), float16: z.string(), q8: z.string() })
  .parse(
    JSON.parse(readFileSync(path.join(import.meta.dirname, "fixtures", "quantized.json"), "utf8")),
  );
const values = new Float32Array(Uint8Array.from(Buffer.from(reference.float32, "hex")).buffer);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("quantize", () => {
  it("makes the same bytes as the reference implementation, ties and extremes included", () => {
    expect(values.length).toBe(192);
    expect(hex(toFloat32Bytes(values))).toBe(reference.float32);
    expect(hex(toFloat16Bytes(values))).toBe(reference.float16);
    expect(hex(toQ8Bytes(values))).toBe(reference.q8);
  });

  it("narrows every float as IEEE 754 says", () => {
    const view = new DataView(new ArrayBuffer(4));
    // The half floats' neighbours: each one is either kept or lies between two that are kept.
    const nearest = (value: number): number => {
      view.setFloat32(0, value);
      return float16ToNumber(float32BitsToFloat16(view.getUint32(0)));
    };
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65_504, max: 65_504 }), (value) => {
        const rounded = nearest(value);
        const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(rounded) || 1)) - 10));
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(step / 2);
      }),
      { numRuns: 2000 },
    );
    for (let bits = 0; bits < 0x7c00; bits++) {
      const value = float16ToNumber(bits);
      view.setFloat32(0, value);
      expect(float32BitsToFloat16(view.getUint32(0))).toBe(bits);
    }
    expect(nearest(65_520)).toBe(Infinity);
    expect(nearest(65_519)).toBe(65_504);
    expect(nearest(-Infinity)).toBe(-Infinity);
    expect(nearest(Number.NaN)).toBeNaN();
  });

  it("refuses half a block", () => {
    expect(() => toQ8Bytes(new Float32Array(33))).toThrow(RangeError);
  });

  it("encodes in steps to the same bytes, and can be stopped between them", async () => {
    const many = Float32Array.from({ length: 3 << 19 }, (_, index) => Math.sin(index));
    const stepped = await encodeInSteps(many, toQ8Bytes);
    expect(Buffer.compare(stepped, toQ8Bytes(many))).toBe(0);
    const stop = new AbortController();
    const work = encodeInSteps(many, toQ8Bytes, stop.signal);
    stop.abort();
    await expect(work).rejects.toMatchObject({ code: "cancelled" });
  });
});
