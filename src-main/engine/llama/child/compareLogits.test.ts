import { describe, expect, it } from "vitest";
import { compareLogits } from "./compareLogits.ts";

const row = (...values: number[]): Float32Array => Float32Array.from(values);

describe("compareLogits", () => {
  it("finds no difference between a row and itself, moved or not", () => {
    const exact = row(1, 2, 3, -50);
    for (const other of [exact, row(101, 102, 103, 50)]) {
      const { sameTop, divergence, exactLoss, otherLoss } = compareLogits(exact, other, 1);
      expect(sameTop).toBe(true);
      expect(divergence).toBeCloseTo(0, 6);
      expect(otherLoss).toBeCloseTo(exactLoss, 6);
    }
  });

  it("gives the divergence of two known distributions in nats", () => {
    const log = (...shares: number[]): Float32Array => row(...shares.map(Math.log));
    const { sameTop, divergence, exactLoss, otherLoss } = compareLogits(
      log(0.5, 0.5),
      log(0.75, 0.25),
      1,
    );
    // 0.5 ln(0.5/0.75) + 0.5 ln(0.5/0.25)
    expect(divergence).toBeCloseTo(0.143841, 5);
    expect(sameTop).toBe(true);
    expect([exactLoss, otherLoss].map((loss) => Math.exp(-loss))).toEqual([
      expect.closeTo(0.5, 6),
      expect.closeTo(0.25, 6),
    ]);
  });

  it("notices another likeliest token", () => {
    expect(compareLogits(row(2, 1), row(1, 2), 0).sameTop).toBe(false);
  });
});
