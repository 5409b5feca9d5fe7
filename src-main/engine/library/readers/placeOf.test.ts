import { describe, expect, it } from "vitest";
import type { PageBlock, PagePlace } from "../../../contract/pageStructure.ts";
import { locate, type LocatablePage } from "./locate.ts";
import { allocateWords } from "./packedWords.ts";

function page(text: string, places: PagePlace[], blocks: PageBlock[] = []): LocatablePage {
  return { number: 1, text, firstLine: 0, words: allocateWords(0), places, blocks };
}
const at = (whole: LocatablePage, needle: string, until = needle) => {
  const start = whole.text.indexOf(needle);
  return locate([{ page: whole, start, end: whole.text.indexOf(until, start) + until.length }]);
};

describe("places", () => {
  it("tell the rows of a sheet", () => {
    const sheet = page("Sales\n\na: 1\na: 2\n\na: 7", [
      { start: 0, place: { kind: "cells", sheet: "Sales", range: "A1:C1" } },
      { start: 7, place: { kind: "cells", sheet: "Sales", range: "A3:C4" } },
      { start: 18, place: { kind: "cells", sheet: "Sales", range: "B9:D9" } },
    ]);
    expect(at(sheet, "a: 1")).toEqual({ kind: "cells", sheet: "Sales", range: "A3:C3" });
    expect(at(sheet, "a: 1", "a: 2")).toEqual({ kind: "cells", sheet: "Sales", range: "A3:C4" });
    expect(at(sheet, "a: 2", "a: 7")).toEqual({ kind: "cells", sheet: "Sales", range: "A4:D9" });
  });

  it("tell the paragraph of a section, counted from its heading", () => {
    const blocks: PageBlock[] = [
      { start: 0, end: 3, kind: "paragraph" },
      { start: 5, end: 9, kind: "heading", level: 1 },
      { start: 11, end: 14, kind: "paragraph" },
      { start: 16, end: 19, kind: "paragraph" },
    ];
    const text = page(
      "one\n\nHead\n\ntwo\n\nsix",
      [
        { start: 0, place: { kind: "section", path: [], paragraph: 4 } },
        { start: 5, place: { kind: "section", path: ["Head"], paragraph: 1 } },
      ],
      blocks,
    );
    expect(at(text, "one")).toEqual({ kind: "section", path: [], paragraph: 4 });
    expect(at(text, "two")).toEqual({ kind: "section", path: ["Head"], paragraph: 1 });
    expect(at(text, "six")).toEqual({ kind: "section", path: ["Head"], paragraph: 2 });
  });

  it("tell slides and lines", () => {
    const slide = page("Hello", [{ start: 0, place: { kind: "slide", slide: 4 } }]);
    expect(at(slide, "Hello")).toEqual({ kind: "slide", slide: 4 });
    const lines = page("a\nb\n\nc", [
      { start: 0, place: { kind: "lines", from: 10, to: 11 } },
      { start: 5, place: { kind: "lines", from: 40, to: 40 } },
    ]);
    expect(at(lines, "b")).toEqual({ kind: "lines", from: 11, to: 11 });
    expect(at(lines, "b", "c")).toEqual({ kind: "lines", from: 11, to: 40 });
  });
});
