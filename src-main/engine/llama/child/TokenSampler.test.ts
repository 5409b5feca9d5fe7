import fc from "fast-check";
import { expect, test } from "vitest";
import { indexOfMost } from "./TokenSampler.ts";

test("the greatest value is found, the first of equal ones, whatever the length", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 40 }),
      (all) => {
        expect(indexOfMost(Float32Array.from(all))).toBe(all.indexOf(Math.max(...all)));
      },
    ),
  );
  expect(indexOfMost(new Float32Array(20).fill(Number.NEGATIVE_INFINITY))).toBe(0);
  expect(indexOfMost(new Float32Array(0))).toBe(0);
});
