import { describe, expect, it } from "vitest";
import { chunkPages } from "../../../src-main/engine/library/chunks/chunkPages.ts";
import {
  makePages,
  textContent,
} from "../../../src-main/engine/library/readers/fixtures/makePdf.ts";
import { readPdf } from "../../../src-main/engine/library/readers/pdf/readPdf.ts";
import type { ReadPage } from "../../../src-main/engine/library/readers/Reader.ts";
import { articleText, toArticles } from "./articles.ts";
import { HeldParagraphs } from "./heldParagraphs.ts";
import { articleHtml, layouts } from "./layouts.ts";

const documents = [
  { id: "a0", title: "Tides", text: "The tide comes in twice a day at the harbour of Brenn." },
  { id: "a1", title: "Tides", text: "A ledger of every vessel is kept by the harbour master < 3." },
  { id: "b0", title: "", text: "One." },
  { id: "c0", title: "", text: "Two." },
];

describe("articles", () => {
  it("are what has one title", () => {
    const articles = toArticles({ documents });
    expect(articles.map(({ paragraphs }) => paragraphs.map(({ id }) => id))).toEqual([
      ["a0", "a1"],
      ["b0"],
      ["c0"],
    ]);
    expect(articleText(articles[1]!)).toBe("One.\n");
    expect(articleText(articles[0]!)).toMatch(/^Tides\n\nThe tide .*\n\nA ledger .*\n$/u);
    const html = articleHtml(articles[0]!, layouts["columns"]!);
    expect(html).toContain("<h1>Tides</h1>");
    expect(html).toContain("master &lt; 3.</p>");
  });
});

describe("paragraphs that a passage holds", () => {
  const held = new HeldParagraphs(documents);
  it("are found in one that spans two, and in a part of one", () => {
    expect(held.of(`${documents[0]!.text} ${documents[1]!.text}`)).toEqual(["a0", "a1"]);
    expect(held.of("twice a day, at the HARBOUR of Brenn")).toEqual(["a0"]);
    expect(held.of("One.")).toEqual(["b0"]);
  });

  it("are none where only words are the same", () => {
    expect(
      held.of("The harbour master comes in twice a year and keeps no ledger of the tide."),
    ).toEqual([]);
    expect(held.of("")).toEqual([]);
  });
});

/** A paragraph as a printer sets it: in lines, a word divided where it has room for a part only. */
function setInLines(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    const room = width - line.length - 1;
    if (word.length <= room || line === "") {
      lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
    } else if (room > 4 && word.length - room > 2) {
      lines[lines.length - 1] = `${line} ${word.slice(0, room - 1)}-`;
      lines.push(word.slice(room - 1));
    } else lines.push(word);
  }
  return lines;
}

describe("an article that was printed", () => {
  it("gives every paragraph back, also one that goes over the page", async () => {
    const subjects = ["harbour", "lighthouse", "ledger", "cannery", "breakwater"];
    const paragraphs = subjects.map((subject, n) => ({
      id: subject,
      text: Array.from(
        { length: 9 },
        (_, at) =>
          `Sentence ${at} about the ${subject} mentions superintendents, measurements and ${n * 9 + at} recommendations.`,
      ).join(" "),
    }));
    const lines = paragraphs.flatMap(({ text }) => [...setInLines(text, 78), ""]);
    const pdf = makePages([textContent(lines.slice(0, 30)), textContent(lines.slice(30))]);
    const pages: ReadPage[] = [];
    await readPdf(pdf, (page) => void pages.push(page), {});
    expect(pages).toHaveLength(2);
    const held = new HeldParagraphs(paragraphs);
    const found = chunkPages(pages, { paged: true }).flatMap(({ text }) => held.of(text));
    expect(new Set(found)).toEqual(new Set(subjects));
  });
});
