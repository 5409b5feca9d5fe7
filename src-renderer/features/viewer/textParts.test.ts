import { describe, expect, it } from "vitest";
import type { Location } from "../../../src-main/contract/locations.ts";
import { spansOfQuote, tableCells, type TextPart } from "./textParts.ts";

function part(number: number, text: string, more: Partial<TextPart> = {}): TextPart {
  return { number, text, firstLine: 0, blocks: [], places: [], ...more };
}

function lit(
  parts: readonly TextPart[],
  location: Location | null,
  quote: string,
): [number, number, string][] {
  return [...spansOfQuote(parts, location, quote)].map(([number, { start, end }]) => [
    number,
    start,
    parts.find((one) => one.number === number)?.text.slice(start, end) ?? "",
  ]);
}

describe("spansOfQuote", () => {
  const twice = "Same words.\n\nBetween.\n\nSame words.";

  it("takes the first where nothing tells the place", () => {
    expect(lit([part(1, twice)], null, "Same words.")).toEqual([[1, 0, "Same words."]]);
  });

  it.each([
    [{ kind: "lines", from: 5, to: 5 }, { firstLine: 1 }],
    [
      { kind: "section", path: ["B"], paragraph: 1 },
      {
        places: [
          { start: 0, place: { kind: "section", path: ["A"], paragraph: 1 } },
          { start: 23, place: { kind: "section", path: ["B"], paragraph: 1 } },
        ],
      },
    ],
    [
      { kind: "cells", sheet: "S", range: "B7" },
      {
        places: [
          { start: 0, place: { kind: "cells", sheet: "S", range: "A1" } },
          { start: 23, place: { kind: "cells", sheet: "S", range: "A6:B9" } },
        ],
      },
    ],
    [
      { kind: "slide", slide: 2 },
      {
        places: [
          { start: 0, place: { kind: "slide", slide: 1 } },
          { start: 23, place: { kind: "slide", slide: 2 } },
        ],
      },
    ],
  ] satisfies [Location, Partial<TextPart>][])("takes the one at its place: %j", (place, more) => {
    expect(lit([part(1, twice, more)], place, "Same words.")).toEqual([[1, 23, "Same words."]]);
  });

  it("takes the first when there is none at its place or behind it", () => {
    const parts = [part(1, "Only here.\n\nElse.", { firstLine: 1 })];
    expect(lit(parts, { kind: "lines", from: 3, to: 3 }, "Only here.")).toHaveLength(1);
  });

  it("goes over from one part to the next", () => {
    expect(lit([part(1, "It begins"), part(2, "and ends.")], null, "begins and ends.")).toEqual([
      [1, 3, "begins"],
      [2, 0, "and ends."],
    ]);
  });

  it("lights nothing where the quote is nowhere", () => {
    expect(lit([part(1, "Text.")], null, "Else.")).toEqual([]);
  });
});

describe("tableCells", () => {
  it("finds the values of rows that carry their names, also where some are empty", () => {
    const text = "x\n\nItem: Lamp; Price: 840\nPrice: 65";
    const rows = tableCells(text, {
      start: 3,
      end: text.length,
      kind: "table",
      columns: ["Item", "Price"],
    });
    expect(
      rows.map((row) => row.map((cell) => [cell.column, text.slice(cell.start, cell.end)])),
    ).toEqual([
      [
        [0, "Lamp"],
        [1, "840"],
      ],
      [[1, "65"]],
    ]);
  });

  it("divides rows without names", () => {
    const text = "a | b | c";
    const [row] = tableCells(text, { start: 0, end: text.length, kind: "table" });
    expect(row?.map((cell) => text.slice(cell.start, cell.end))).toEqual(["a", "b", "c"]);
  });

  it("divides rows as Markdown draws them", () => {
    const text = "| Item | Price |\n|:-----|------:|\n| Lamp |  840  |\n|  | 65 |";
    const rows = tableCells(text, { start: 0, end: text.length, kind: "table" });
    expect(rows.map((row) => row.map((cell) => text.slice(cell.start, cell.end)))).toEqual([
      ["Item", "Price"],
      ["Lamp", "840"],
      ["", "65"],
    ]);
  });
});
