import { describe, expect, it } from "vitest";
import { allocateWords } from "../readers/packedWords.ts";
import type { ReadPage } from "../readers/Reader.ts";
import { asItIs, choosePage } from "./choosePage.ts";
import type { Recognized } from "./recognizerMessages.ts";

const prose = "The ferry leaves the harbour at nine and comes back before the night begins.";
const garbled =
  "7KH IHUUB OHDYHV WKH KDUERXU DW QLQH DQG FRPHV EDFN EHIRUH WKH QLJKW EHJLQV QRZ LW";

function page(text: string, more: Partial<ReadPage> = {}): ReadPage {
  return {
    number: 1,
    width: 595,
    height: 842,
    text,
    words: allocateWords(0),
    blocks: [],
    firstLine: 0,
    content: text === "" ? "images" : "text",
    quality: 0,
    ...more,
  };
}

function seen(text: string, confidence = 90): Recognized {
  return { text, words: allocateWords(0), blocks: [], confidence };
}

describe("choosePage", () => {
  it.each([
    ["a scan", page(""), seen(prose), "recognized", prose],
    ["garbled text", page(garbled), seen(prose), "recognized", prose],
    [
      "a stamp on a scan",
      page("Sheet 4"),
      seen(`${prose} Sheet 4`),
      "recognized",
      `${prose} Sheet 4`,
    ],
    [
      "good text that was doubted",
      page(prose),
      seen(prose.replace("ferry", "fe1ry")),
      "own",
      prose,
    ],
    ["a picture without words", page(""), seen("", 0), "empty", ""],
    ["handwriting", page(""), seen("Tle ferny lcaves", 30), "unreadable", ""],
    ["garbled text, and nothing sure", page(garbled), seen("7h f", 20), "unreadable", garbled],
    [
      "text of unknown letters, and nothing seen",
      page("% & ‚", { content: "glyphs" }),
      seen("", 0),
      "unreadable",
      "% & ‚",
    ],
    [
      "text of unknown letters but for its headings",
      page(prose, { content: "glyphs" }),
      seen(`${prose} More.`),
      "recognized",
      `${prose} More.`,
    ],
    ["a title over a photograph", page("Coast"), seen("Goas", 30), "own", "Coast"],
  ])("of %s", (_name, own, other, kind, text) => {
    const chosen = choosePage(own, other);
    expect([chosen.kind, chosen.page.text]).toEqual([kind, text]);
  });
});

describe("asItIs", () => {
  it.each([
    ["text", page(prose, { quality: 1 }), "own"],
    ["a part of a file without pages", { ...page("* * *"), quality: undefined }, "own"],
    ["a scan", page(""), "unreadable"],
    ["garbled text", page(garbled), "unreadable"],
    ["text of unknown letters", page("Heading", { content: "glyphs", quality: 0 }), "unreadable"],
    ["a blank page", page("", { content: "blank", quality: 1 }), "empty"],
    ["a damaged page", page("", { content: "unreadable" }), "unreadable"],
  ])("of %s", (_name, own, kind) => {
    const { quality, ...rest } = own;
    const given: ReadPage =
      quality === undefined ? { ...rest, content: "text" } : { ...rest, quality };
    expect(asItIs(given).kind).toBe(kind);
  });
});
