import { describe, expect, it } from "vitest";
import { headingsOf, placeAt } from "./textOutline.ts";
import type { TextPart } from "./textParts.ts";

const text = "The book\n\nA day.\n\nThe lamp\n\nIt burns.";
const part: TextPart = {
  number: 1,
  text,
  firstLine: 1,
  blocks: [
    { start: 0, end: 8, kind: "heading", level: 1 },
    { start: 10, end: 16, kind: "paragraph" },
    { start: 18, end: 26, kind: "heading", level: 3 },
    { start: 28, end: 37, kind: "paragraph" },
  ],
  places: [],
};

describe("the outline of a text", () => {
  it("has its headings with their places, and no level that the text skips", () => {
    const last: TextPart = {
      ...part,
      number: 2,
      text: "Tolls\n\n ",
      blocks: [
        { start: 0, end: 5, kind: "heading", level: 1 },
        { start: 7, end: 8, kind: "heading", level: 2 },
      ],
    };
    const { entries, places } = headingsOf([part, last]);
    expect(entries.map(({ title, level }) => `${level} ${title}`)).toEqual([
      "1 The book",
      "2 The lamp",
      "1 Tolls",
    ]);
    expect([...places.values()]).toEqual([
      { part: 1, at: 0 },
      { part: 1, at: 18 },
      { part: 2, at: 0 },
    ]);
  });

  it("names a place by the file's own places, else by the line", () => {
    expect(placeAt([part], { part: 1, at: 28 })).toEqual({ kind: "lines", from: 7, to: 7 });
    const slides = {
      ...part,
      firstLine: 0,
      places: [
        { start: 0, place: { kind: "slide" as const, slide: 3 } },
        { start: 18, place: { kind: "slide" as const, slide: 4 } },
      ],
    };
    expect(placeAt([slides], { part: 1, at: 17 })).toEqual({ kind: "slide", slide: 3 });
    expect(placeAt([slides], { part: 1, at: 28 })).toEqual({ kind: "slide", slide: 4 });
    expect(placeAt([{ ...part, firstLine: 0 }], { part: 1, at: 0 })).toBeNull();
    expect(placeAt([part], { part: 9, at: 0 })).toBeNull();
  });
});
