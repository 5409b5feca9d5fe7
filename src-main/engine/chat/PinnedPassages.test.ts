import { describe, expect, it } from "vitest";
import type { PinnedPassage } from "../../contract/chat.ts";
import type { ChunkId, DocumentId } from "../../contract/ids.ts";
import type { ChunkRecord } from "../store/records.ts";
import { findQuote } from "./findQuote.ts";
import { PinnedPassages } from "./PinnedPassages.ts";

const documentId = "ferry" as DocumentId;

function chunk(id: string, page: number, text: string): ChunkRecord {
  return {
    id: id as ChunkId,
    documentId,
    version: 1,
    ordinal: page,
    page,
    text,
    context: "",
    parts: [],
    sentences: [],
    location: { kind: "page", page, rects: [] },
  };
}

const board = "The safety board is led by Ingrid Vasko. It meets on the first Monday of a month.";
const ropes =
  "Ropes are looked at every week. A re-\nport goes to the board; the ﬁrst one came in May.";
const chunks = [chunk("a", 3, board), chunk("b", 4, ropes), chunk("c", 9, board)];

function pin(quote: string, page = 3): PinnedPassage {
  const location = { kind: "page" as const, page, rects: [] };
  return { documentId, document: "ferry.pdf", location, quote, gone: false };
}

describe("a quote is found again", () => {
  it.each([
    ["as it stands", "It meets on the first Monday", "It meets on the first Monday"],
    ["in other white space and case", "IT MEETS on\nthe  first", "It meets on the first"],
    ["over a hyphen at a line's end", "A report goes to", "A re-\nport goes to"],
    ["with ligatures as letters", "the first one came", "the ﬁrst one came"],
  ])("%s", (_, quote, found) => {
    const [hit] = findQuote(chunks, quote);
    expect(hit?.chunk.text.slice(hit.stretch.start, hit.stretch.end)).toBe(found);
  });

  it("on its own page first, where the words stand twice", () => {
    const first = findQuote(chunks, "Ingrid Vasko", ({ page }) => page === 9);
    expect(first.map((hit) => hit.chunk.id)).toEqual(["c"]);
    expect(findQuote(chunks, "Ingrid Vasko")[0]?.chunk.id).toBe("a");
  });

  it("in each passage that it goes over", () => {
    const found = findQuote(
      chunks,
      "It meets on the first Monday of a month. Ropes are looked at every week.",
    );
    expect(found.map((hit) => hit.chunk.id)).toEqual(["a", "b"]);
  });

  it("not where other words stand", () => {
    expect(findQuote(chunks, "The safety board is led by Olaf Brandt.")).toEqual([]);
    expect(findQuote(chunks, " - \n ")).toEqual([]);
    expect(findQuote([], "Ingrid Vasko")).toEqual([]);
  });
});

describe("pinned passages", () => {
  const pins = (version: number | null, now: ChunkRecord[]): PinnedPassages =>
    new PinnedPassages({
      documents: {
        readyVersions: async () =>
          version === null ? [] : [{ documentId, version, fingerprint: "f" }],
        chunksOf: async (_, asked) => (asked === version ? now : []),
      },
      locate: async (of, { start }) => ({ kind: "page", page: (of.page ?? 0) + start, rects: [] }),
    });

  it("are the chunks of the version that is searched, with their place in it", async () => {
    const moved = [chunk("new", 7, ropes), chunk("newer", 8, board)];
    expect(await pins(2, moved).find([pin("Ingrid Vasko.")])).toEqual({
      pinned: [pin("Ingrid Vasko.", 8 + board.indexOf("Ingrid"))],
      chunkIds: ["newer"],
    });
  });

  it("say when the document holds them no more, and when it is gone; none is forgotten", async () => {
    const wanted = [pin("Ingrid Vasko."), pin("every week")];
    const changed = await pins(2, [chunk("b", 4, ropes)]).find(wanted);
    expect(changed.pinned.map(({ gone }) => gone)).toEqual([true, false]);
    expect(changed.chunkIds).toEqual(["b"]);
    const removed = await pins(null, []).find(wanted);
    expect(removed.pinned.map(({ gone }) => gone)).toEqual([true, true]);
    expect(removed.chunkIds).toEqual([]);
  });

  it("come back when their document does", async () => {
    const gone = { ...pin("Ingrid Vasko."), gone: true };
    expect((await pins(1, chunks).find([gone])).pinned[0]?.gone).toBe(false);
  });
});
