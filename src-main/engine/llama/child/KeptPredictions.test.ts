import { describe, expect, it } from "vitest";
import { compareLogits } from "./compareLogits.ts";
import { KeptPredictions } from "./KeptPredictions.ts";

/** Rows like those of a model: a few likely tokens, and many that are hardly possible. */
function row(seed: number, size = 2_000): Float32Array {
  return Float32Array.from({ length: size }, (_, at) => {
    const wave = Math.sin(seed * 12.9898 + at * 78.233) * 43_758.5453;
    const chance = wave - Math.floor(wave);
    return at % 50 === seed % 50 ? 8 + 4 * chance : 6 * chance - 6;
  });
}

describe("KeptPredictions", () => {
  it("tells what comparing the rows themselves tells", () => {
    const kept = new KeptPredictions(2_000);
    const rows = [1, 2, 3, 4].map((seed) => row(seed));
    const others = rows.map((values, at) => values.map((value, k) => value + ((k + at) % 7) / 20));
    const losses = rows.map((values, at) => kept.keep(values, 50 * at));
    for (const [at, other] of others.entries()) {
      const next = 50 * at;
      const exact = compareLogits(rows[at] ?? row(0), other, next);
      const { loss, difference } = kept.compare(at, other, next);
      expect(losses[at]).toBeCloseTo(exact.exactLoss, 4);
      expect(loss).toBeCloseTo(exact.otherLoss, 4);
      expect(difference?.sameTop).toBe(exact.sameTop);
      expect(difference?.divergence).toBeGreaterThan(0);
      // A thousandth of a nat for each value at most, and these point both ways.
      expect(Math.abs((difference?.divergence ?? 9) - exact.divergence)).toBeLessThan(5e-4);
    }
  });

  it("finds no difference in the same rows", () => {
    const kept = new KeptPredictions(2_000);
    kept.keep(row(5), 5);
    const { difference } = kept.compare(0, row(5), 5);
    expect(difference).toMatchObject({ sameTop: true });
    expect(difference?.divergence).toBeLessThan(5e-4);
  });

  it("keeps of a large vocabulary only what has room, and tells the loss of the rest all the same", () => {
    const kept = new KeptPredictions(1_000, 5_000);
    const flat = new Float32Array(4);
    for (let n = 0; n < 3; n++) expect(kept.keep(flat, 0)).toBeCloseTo(Math.log(4));
    expect(kept.size).toBe(2);
    expect(kept.compare(2, flat, 0)).toEqual({
      loss: expect.closeTo(Math.log(4)),
      difference: null,
    });
  });
});
