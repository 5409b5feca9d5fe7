import { describe, expect, it } from "vitest";
import { locate, rectsOf } from "./locate.ts";
import { allocateWords, wordsFrom } from "./packedWords.ts";

// "alpha beta" on one line, "gamma-" and "delta" broken over two, then a second column.
const text = "alpha beta gammadelta other";
const box = (start: number, end: number, x: number, y: number, width: number) => ({
  start,
  end,
  x,
  y,
  width,
  height: 12,
});
const page = {
  number: 3,
  text,
  firstLine: 0,
  words: wordsFrom([
    box(0, 5, 50, 100, 30),
    box(6, 10, 84, 100, 25),
    box(11, 16, 112, 100, 40),
    box(16, 21, 50, 114, 30),
    box(22, 27, 300, 60, 30),
  ]),
};

describe("locate", () => {
  it("merges words along a line and keeps lines and columns apart", () => {
    expect(locate([{ page, start: 0, end: text.length }])).toEqual({
      kind: "page",
      page: 3,
      rects: [
        { page: 3, x: 50, y: 100, width: 102, height: 12 },
        { page: 3, x: 50, y: 114, width: 30, height: 12 },
        { page: 3, x: 300, y: 60, width: 30, height: 12 },
      ],
    });
  });

  it("takes the words that a range touches, and no others", () => {
    expect(rectsOf(page, 7, 8)).toEqual([{ page: 3, x: 84, y: 100, width: 25, height: 12 }]);
    expect(rectsOf(page, 5, 6)).toEqual([]);
    expect(rectsOf(page, 16, 17)).toEqual([{ page: 3, x: 50, y: 114, width: 30, height: 12 }]);
  });

  it("merges words that run upwards on the page", () => {
    const words = wordsFrom([
      { start: 0, end: 3, x: 40, y: 200, width: 11, height: 30 },
      { start: 4, end: 7, x: 40, y: 167, width: 11, height: 30 },
      { start: 8, end: 11, x: 55, y: 200, width: 11, height: 30 },
    ]);
    expect(rectsOf({ number: 1, words }, 0, 11)).toHaveLength(2);
  });

  it("has the rectangles of both pages where a range goes over a page's end", () => {
    const next = { ...page, number: 4 };
    const place = locate([
      { page, start: 22, end: 27 },
      { page: next, start: 0, end: 5 },
    ]);
    expect(place).toMatchObject({
      kind: "page",
      page: 3,
      rects: [
        { page: 3, x: 300 },
        { page: 4, x: 50 },
      ],
    });
  });

  it("tells lines where there are no pages", () => {
    const part = { number: 1, text: "one\ntwo\n\nfour\n", words: allocateWords(0), firstLine: 11 };
    expect(locate([{ page: part, start: 4, end: 7 }])).toEqual({ kind: "lines", from: 12, to: 12 });
    expect(locate([{ page: part, start: 0, end: 13 }])).toEqual({
      kind: "lines",
      from: 11,
      to: 14,
    });
    expect(locate([{ page: part, start: 0, end: 4 }])).toEqual({ kind: "lines", from: 11, to: 11 });
    expect(() => locate([])).toThrow(RangeError);
  });
});
