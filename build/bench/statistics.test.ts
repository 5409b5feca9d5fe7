import { describe, expect, it } from "vitest";
import { median } from "../../src-main/engine/bench/median.ts";
import { judge, summarizeRatios } from "./statistics.ts";

describe("median", () => {
  it.each([
    [[3], 3],
    [[4, 1], 2.5],
    [[9, 1, 5], 5],
    [[1, 2, 3, 10], 2.5],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("of nothing is refused", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("summarizeRatios", () => {
  it("takes the ratio of each pair, not of the averages", () => {
    const pairs = [
      { ours: 10, theirs: 10 },
      { ours: 90, theirs: 100 },
      { ours: 2, theirs: 1 },
    ];
    expect(summarizeRatios(pairs)).toEqual({ median: 1, low: 0.9, high: 2, n: 3 });
  });

  it.each([
    [{ ours: 0, theirs: 1 }],
    [{ ours: 1, theirs: 0 }],
    [{ ours: Number.NaN, theirs: 1 }],
    [{ ours: 1, theirs: -1 }],
  ])("refuses %j", (pair) => {
    expect(() => summarizeRatios([pair])).toThrow(RangeError);
  });
});

describe("judge", () => {
  const ratio = (low: number, middle: number, high: number) => ({
    low,
    median: middle,
    high,
    n: 5,
  });

  it.each([
    [ratio(0.9, 0.95, 1), "reached"],
    [ratio(0.9, 0.94, 0.96), "unclear"],
    [ratio(0.9, 0.92, 0.94), "missed"],
  ] as const)("at least 0.95: %j is %s", (given, verdict) => {
    expect(judge({ kind: "at-least", value: 0.95 }, given)).toBe(verdict);
  });

  it.each([
    [ratio(0.05, 0.1, 0.3), "reached"],
    [ratio(0.05, 0.2, 0.3), "unclear"],
    [ratio(0.11, 0.2, 0.3), "missed"],
  ] as const)("at most 0.1: %j is %s", (given, verdict) => {
    expect(judge({ kind: "at-most", value: 0.1 }, given)).toBe(verdict);
  });

  it.each([
    [ratio(0.9, 0.93, 0.94), "reached"],
    [ratio(1, 1.1, 1.2), "reached"],
    [ratio(0.8, 0.9, 0.94), "unclear"],
    [ratio(0.8, 0.85, 0.9), "missed"],
  ] as const)("within 0.03 of 0.95: %j is %s", (given, verdict) => {
    expect(judge({ kind: "within", value: 0.03, of: "decode" }, given, 0.95)).toBe(verdict);
  });

  it("cannot judge beside a row that was not measured", () => {
    expect(() => judge({ kind: "within", value: 0.03, of: "decode" }, ratio(1, 1, 1))).toThrow(
      "decode",
    );
  });
});
