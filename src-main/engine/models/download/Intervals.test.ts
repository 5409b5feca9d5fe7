import { describe, expect, it } from "vitest";
import { Intervals } from "./Intervals.ts";

describe("Intervals", () => {
  it("joins what touches or overlaps, and keeps the rest in order", () => {
    const intervals = new Intervals();
    for (const [from, to] of [
      [50, 60],
      [0, 10],
      [10, 20],
      [55, 70],
      [30, 30],
    ] as const)
      intervals.add(from, to);
    expect(intervals.toJSON()).toEqual([
      [0, 20],
      [50, 70],
    ]);
    expect([intervals.size, intervals.prefix, intervals.end]).toEqual([40, 20, 70]);
  });

  it("finds the first gap, at most so large", () => {
    const intervals = new Intervals([
      [0, 20],
      [50, 70],
    ]);
    expect(intervals.firstGap(100, 1000)).toEqual([20, 50]);
    expect(intervals.firstGap(100, 10)).toEqual([20, 30]);
    expect(new Intervals([[0, 100]]).firstGap(100, 10)).toBeNull();
    expect(new Intervals().firstGap(5, 10)).toEqual([0, 5]);
    expect(new Intervals([[5, 10]]).prefix).toBe(0);
  });

  it("agrees with single bytes, in any order of arrival", () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const intervals = new Intervals();
    const bytes = new Set<number>();
    for (let turn = 0; turn < 300; turn++) {
      const from = random(500);
      const to = from + random(40);
      intervals.add(from, to);
      for (let byte = from; byte < to; byte++) bytes.add(byte);
      expect(intervals.size).toBe(bytes.size);
      const missing = Array.from({ length: 600 }, (_, byte) => byte).find((one) => !bytes.has(one));
      expect(intervals.firstGap(600, 1)?.[0]).toBe(missing);
    }
  });
});
