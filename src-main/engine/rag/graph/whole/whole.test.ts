import { describe, expect, it } from "vitest";
import type { ChunkId, DocumentId } from "../../../../contract/ids.ts";
import { splitSentences } from "../../../library/chunks/splitSentences.ts";
import type { ChunkRecord } from "../../../store/records.ts";
import { termsOf } from "../../evidence/terms.ts";
import { bestSentences } from "./bestSentences.ts";
import { countMentions, topicOf } from "./mentions.ts";
import { namedDocuments } from "./namedDocuments.ts";
import { readThrough } from "./readThrough.ts";
import { splitParts } from "./splitParts.ts";

const d1 = "d1" as DocumentId;

/** Chunks of one page's text, as the library cuts it: the last sentence stands again in the next chunk. */
function chunksOf(page: string, cuts: readonly (readonly [number, number])[]): ChunkRecord[] {
  return cuts.map(([start, end], ordinal) => {
    const text = page.slice(start, end);
    return {
      id: `d1:${ordinal}` as ChunkId,
      documentId: d1,
      version: 1,
      ordinal,
      page: 1,
      text,
      context: "",
      parts: [{ page: 1, start, end, textStart: 0 }],
      sentences: splitSentences(text),
      location: { kind: "page", page: 1, rects: [] },
    };
  });
}

describe("G10: reading through", () => {
  const page = "One comes first. Two is next. Three follows. Four ends it.";
  const two = page.indexOf("Two");
  const three = page.indexOf("Three");

  it("has each sentence once, in order", () => {
    const chunks = chunksOf(page, [
      [0, three - 1],
      [two, page.length],
      [three, page.length],
    ]);
    const pieces = readThrough(chunks);
    const texts = pieces.map(({ chunkId, start, end }) =>
      chunks.find(({ id }) => id === chunkId)!.text.slice(start, end),
    );
    expect(texts).toEqual(["One comes first. Two is next.", "Three follows. Four ends it."]);
  });

  it("keeps the same words where they stand again in the document", () => {
    const again = `${page} ${page}`;
    const chunks = chunksOf(again, [
      [0, page.length],
      [page.length + 1, again.length],
    ]);
    expect(readThrough(chunks)).toHaveLength(2);
  });

  it("keeps a text that has no sentences", () => {
    const [chunk] = chunksOf("Heading", [[0, 7]]);
    expect(readThrough([{ ...chunk!, sentences: [] }])).toMatchObject([{ start: 0, end: 7 }]);
  });
});

describe("G10: parts", () => {
  const piece = (text: string, at: number) => ({
    piece: { chunkId: `c${at}` as ChunkId, start: 0, end: text.length },
    text,
    tokens: text.split(" ").length,
  });
  const textsOf = (sources: string[], room: number): string[][] =>
    splitParts(d1, sources.map(piece), room).map(({ pieces }) =>
      pieces.map(({ chunkId, start, end }) => sources[Number(chunkId.slice(1))]!.slice(start, end)),
    );

  it("are filled in order, and nothing is left out", () => {
    const sources = ["a b c", "d e", "f g h i", "j"];
    expect(textsOf(sources, 5)).toEqual([
      ["a b c", "d e"],
      ["f g h i", "j"],
    ]);
    expect(textsOf([], 5)).toEqual([]);
  });

  it("cut a piece that is too large between sentences, else between words, else anywhere", () => {
    const parts = textsOf(["One two three. Four five six."], 4).flat();
    expect(parts).toEqual(["One two three. ", "Four five six."]);
    const long = Array.from({ length: 40 }, (_, at) => `w${at}`).join(" ");
    const cut = textsOf([long], 10);
    expect(cut.flat().join("")).toBe(long);
    expect(Math.max(...cut.flat().map((text) => text.trim().split(" ").length))).toBeLessThan(12);
    const solid = splitParts(d1, [{ ...piece("x".repeat(100), 0), tokens: 50 }], 10);
    expect(
      solid.flatMap(({ pieces }) => pieces).reduce((sum, { start, end }) => sum + end - start, 0),
    ).toBe(100);
  });
});

describe("sentences that say most", () => {
  const sentences = [
    "The harbour of Skerrow handles herring in barrels.",
    "Tea is served in the afternoon by the window.",
    "Herring barrels leave the harbour by boat each morning.",
    "A cat slept near the stove for most of the day.",
  ].map((text) => ({ text }));

  it("have the words that come again, in reading order", () => {
    expect(bestSentences(sentences, 2)).toEqual([sentences[0], sentences[2]]);
    expect(bestSentences(sentences, 9)).toEqual(sentences);
    expect(bestSentences([], 2)).toEqual([]);
  });

  it("speak of the topic where there is one", () => {
    expect(bestSentences(sentences, 1, termsOf("tea"))).toEqual([sentences[1]]);
  });
});

describe("G12: mentions", () => {
  it.each([
    ["How many times is frost mentioned?", "frost"],
    ["Wie oft kommt das Wort Frost vor?", "Frost"],
    ['Count all mentions of "late frost".', "late frost"],
    ["List all ferries.", "ferries"],
    ["Liste alle Fristen auf.", "Fristen"],
    ["How often does the word herring barrel occur?", "herring barrel"],
  ])("of “%s” are those of “%s”", (request, words) => {
    expect(topicOf(request).words).toBe(words);
  });

  it.each([
    ["frost", "Frost fell. The frosts of May. Frosty.", 2],
    ["terms of use", "The terms of use. Terms for use. New terms of use.", 2],
    ["Frist", "Die Fristen und die Frist. Eine befristete Stelle.", 2],
    ["ferry", "A ferry, two ferries, a ferryman.", 2],
    ["herring barrel", "A herring barrel. The herring is in barrels. Herring barrels.", 2],
    ["walrus", "Frost fell.", 0],
  ])("of “%s” are counted in “%s”", (words, text, count) => {
    expect(countMentions(topicOf(`"${words}"`), text)).toBe(count);
  });
});

describe("documents that are named", () => {
  const names = [
    "quillback-orchard-handbook.pdf",
    "tidewater_ferry_report.pdf",
    "Vertrag_Miete.docx",
  ];
  const documents = names.map((name) => ({ name }));

  it.each([
    ["Summarise the ferry report", [1]],
    ["Compare the handbook of the orchard with the tidewater text", [0, 1]],
    ["Fasse den Vertrag über die Miete zusammen", [2]],
    ["Summarise these documents", [0, 1, 2]],
  ])("by “%s”", (request, expected) => {
    expect(namedDocuments(request, documents)).toEqual(expected.map((at) => documents[at]));
  });

  it("are all where the words are in every name", () => {
    const alike = [{ name: "ferry one.pdf" }, { name: "ferry two.pdf" }];
    expect(namedDocuments("Summarise the ferry texts", alike)).toEqual(alike);
  });
});
