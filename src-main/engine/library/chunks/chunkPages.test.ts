import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocateWords, wordsFrom } from "../readers/packedWords.ts";
import type { ReadBlock, ReadPage } from "../readers/Reader.ts";
import { chunkPages, rangesInChunk, type Chunk } from "./chunkPages.ts";
import { estimateTokens } from "./estimateTokens.ts";

type BlockInput = { text: string; kind?: ReadBlock["kind"]; level?: number };

/** A page with one word box for each word: 7 points a letter, 20 a line, one block a line. */
function page(number: number, blocks: readonly (string | BlockInput)[], firstLine = 0): ReadPage {
  let text = "";
  const read: ReadBlock[] = [];
  const words: {
    start: number;
    end: number;
    x: number;
    y: number;
    width: number;
    height: number;
  }[] = [];
  for (const [i, input] of blocks.entries()) {
    const block = typeof input === "string" ? { text: input } : input;
    if (text !== "") text += "\n\n";
    const start = text.length;
    text += block.text;
    read.push({
      start,
      end: text.length,
      kind: block.kind ?? "paragraph",
      ...(block.level ? { level: block.level } : {}),
    });
    for (const match of block.text.matchAll(/\S+/gu)) {
      const { index } = match;
      words.push({
        start: start + index,
        end: start + index + match[0].length,
        x: 50 + index * 7,
        y: 40 + i * 20,
        width: match[0].length * 7,
        height: 12,
      });
    }
  }
  const paged = firstLine === 0;
  return {
    number,
    width: paged ? 600 : 0,
    height: paged ? 800 : 0,
    text,
    words: paged ? wordsFrom(words) : allocateWords(0),
    blocks: read,
    firstLine,
    content: "text",
  };
}

const sentence = (i: number): string =>
  `Sentence number ${i} tells of the harbour and its boats in plain words.`;
const paragraph = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => sentence(from + i)).join(" ");
const sentencesOf = (chunk: Chunk): string[] =>
  chunk.sentences.map(({ start, end }) => chunk.text.slice(start, end));

describe("chunkPages", () => {
  it("fills chunks with whole sentences and repeats the last in the next", () => {
    const chunks = chunkPages([page(1, [paragraph(0, 20), paragraph(20, 20)])], { paged: true });
    expect(chunks.length).toBeGreaterThan(2);
    for (const [i, chunk] of chunks.entries()) {
      expect(chunk.ordinal).toBe(i);
      expect(chunk.text).toMatch(/^Sentence number.*words\.$/su);
      expect(estimateTokens(chunk.text)).toBeLessThanOrEqual(230);
      const next = chunks[i + 1];
      if (next) expect(sentencesOf(next)[0]).toBe(sentencesOf(chunk).at(-1));
      if (next) expect(estimateTokens(chunk.text)).toBeGreaterThan(110);
    }
    expect(new Set(chunks.flatMap(sentencesOf)).size).toBe(40);
  });

  it("starts a chunk at a heading, and tells the headings above as context", () => {
    const chunks = chunkPages(
      [
        page(1, [
          { text: "The Book", kind: "heading", level: 1 },
          paragraph(0, 4),
          { text: "First part", kind: "heading", level: 2 },
          paragraph(10, 18),
          { text: "Second part", kind: "heading", level: 2 },
          paragraph(40, 4),
        ]),
      ],
      { paged: true },
    );
    expect(chunks.map((chunk) => [chunk.text.split("\n")[0]!.slice(0, 18), chunk.context])).toEqual(
      [
        ["The Book", ""],
        ["First part", "The Book"],
        ["Sentence number 20", "The Book › First part"],
        ["Second part", "The Book"],
      ].map(([text, context], i) =>
        i === 2 ? [chunks[2]!.text.slice(0, 18), context] : [text, context],
      ),
    );
    // Headings are text of the chunk, but nothing to quote.
    expect(chunks.flatMap(sentencesOf)).not.toContain("First part");
  });

  it("never goes over a page's end with whole sentences", () => {
    const chunks = chunkPages([page(1, [paragraph(0, 3)]), page(2, [paragraph(10, 3)])], {
      paged: true,
    });
    expect(chunks.map((chunk) => [chunk.page, chunk.parts.length])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it("takes along a sentence that goes on on the next page, past page numbers and running titles", () => {
    const pages = [
      page(1, [`${paragraph(0, 3)} The storm that had been raging since the`, "17"]),
      page(2, ["Chapter 3", `early morning ended suddenly. ${paragraph(10, 2)}`]),
    ];
    const chunks = chunkPages(pages, { paged: true });
    const crossing = chunks[0]!;
    expect(sentencesOf(crossing).at(-1)).toBe(
      "The storm that had been raging since the early morning ended suddenly.",
    );
    expect(crossing.page).toBe(1);
    expect(crossing.location).toMatchObject({ kind: "page", page: 1 });
    const rects = crossing.location.kind === "page" ? crossing.location.rects : [];
    expect(rects.map((rect) => rect.page)).toEqual([1, 2]);
    expect(chunks.slice(1).flatMap((chunk) => chunk.text)).not.toContain("early morning ended");
    // And the place of that sentence alone.
    const ranges = rangesInChunk(
      crossing,
      crossing.sentences.at(-1)!,
      new Map(pages.map((p) => [p.number, p])),
    );
    expect(
      ranges.map(({ page: { number, text }, start, end }) => [number, text.slice(start, end)]),
    ).toEqual([
      [1, "The storm that had been raging since the"],
      [2, "early morning ended suddenly."],
    ]);
  });

  it("joins a word that a hyphen parts over a page's end", () => {
    const chunks = chunkPages([page(1, ["The experi-"]), page(2, ["ment was done."])], {
      paged: true,
    });
    expect(chunks.map((chunk) => chunk.text)).toEqual(["The experiment was done."]);
    expect(chunks[0]!.location).toMatchObject({ rects: [{ page: 1 }, { page: 2 }] });
  });

  it("leaves out page numbers and running titles that come back", () => {
    const pages = Array.from({ length: 4 }, (_, i) =>
      page(i + 1, [
        { text: "Annual report of the board", kind: "heading", level: 3 },
        paragraph(i * 10, 3),
        paragraph(i * 10 + 5, 3),
        `Page ${i + 1} of 4`,
      ]),
    );
    const text = chunkPages(pages, { paged: true })
      .map((chunk) => chunk.text)
      .join("\n");
    expect(text.match(/Annual report/gu)).toHaveLength(1);
    expect(text).not.toContain("of 4");
  });

  it("cuts one word of 5 MB, and a page of 1 MB, into chunks within the budget", () => {
    const word = chunkPages([page(1, ["x".repeat(5_000_000)], 1)], { paged: false });
    expect(word.length).toBeGreaterThan(100);
    expect(word.map((chunk) => chunk.text).join("")).toHaveLength(5_000_000);
    const many = chunkPages([page(1, [paragraph(0, 14_000)])], { paged: true });
    expect(new Set(many.flatMap(sentencesOf)).size).toBe(14_000);
    for (const chunk of [...word, ...many])
      expect(estimateTokens(chunk.text)).toBeLessThanOrEqual(230);
  });

  it("never cuts a character in two", () => {
    const chunks = chunkPages([page(1, ["😀".repeat(5000)], 1)], { paged: false });
    expect(chunks.every((chunk) => chunk.text.isWellFormed())).toBe(true);
  });

  it("has lines and no page where there are no pages", () => {
    const chunks = chunkPages([page(1, ["First.", "Second."], 1), page(2, ["Third."], 10)], {
      paged: false,
    });
    expect(
      chunks.map(({ page: place, firstPage, location }) => [place, firstPage, location]),
    ).toEqual([
      [null, 1, { kind: "lines", from: 1, to: 3 }],
      [null, 2, { kind: "lines", from: 10, to: 10 }],
    ]);
  });

  it("gives text that is a slice of its pages, sentences within it, and loses no word", () => {
    const words = fc.array(
      fc.constantFrom(
        "harbour",
        "tide",
        "A",
        "the",
        "ran.",
        "why?",
        "3.7",
        "boats",
        "e.g.",
        "sailed",
      ),
      { minLength: 1, maxLength: 120 },
    );
    const kinds = fc.constantFrom<ReadBlock["kind"]>(
      "paragraph",
      "heading",
      "list",
      "table",
      "code",
    );
    const block = fc.record({
      text: words.map((list) => list.join(" ")),
      kind: kinds,
      level: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(block, { maxLength: 5 }), { maxLength: 4 }), (input) => {
        const pages = input.map((blocks, i) => page(i + 1, blocks, 1 + i * 1000));
        const chunks = chunkPages(pages, { paged: false });
        for (const chunk of chunks) {
          const [part] = chunk.parts;
          expect(pages[part!.page - 1]!.text.slice(chunk.start, chunk.end)).toBe(chunk.text);
          for (const { start, end } of chunk.sentences) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeLessThanOrEqual(chunk.text.length);
          }
        }
        for (const p of pages) {
          const covered = new Set<number>();
          for (const chunk of chunks) {
            if (chunk.firstPage === p.number)
              for (let at = chunk.start; at < chunk.end; at++) covered.add(at);
          }
          for (let at = 0; at < p.text.length; at++) {
            if (/\S/u.test(p.text.charAt(at))) expect(covered.has(at)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
