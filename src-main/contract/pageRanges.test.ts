import { describe, expect, it } from "vitest";
import { countPages, holdsPage, toPageRanges, writePageRanges } from "./pageRanges.ts";

describe("page ranges", () => {
  const ranges = toPageRanges([1, 2, 3, 7, 9, 10]);

  it("gather pages in a row", () => {
    expect(ranges).toEqual([
      [1, 3],
      [7, 7],
      [9, 10],
    ]);
    expect(toPageRanges([])).toEqual([]);
  });

  it("can be counted, asked and written", () => {
    expect(countPages(ranges)).toBe(6);
    expect([1, 3, 4, 7, 8, 10, 11].filter((page) => holdsPage(ranges, page))).toEqual([
      1, 3, 7, 10,
    ]);
    expect(writePageRanges(ranges)).toBe("1–3, 7, 9–10");
    expect(writePageRanges(ranges, 2)).toBe("1–3, 7, …");
  });
});
