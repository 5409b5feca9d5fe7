import koffi from "koffi";
import { expect, it } from "vitest";
import { copyFloats } from "./copyFloats.ts";

it("copies what lies in native memory", () => {
  const values = Float32Array.from({ length: 1_000 }, (_, index) => index / 7);
  const native: bigint = koffi.alloc("float", values.length);
  koffi.encode(native, "float", values, values.length);
  const copy = new Float32Array(values.length);
  copyFloats(native, copy);
  expect(copy).toEqual(values);
  koffi.free(native);
});
