import { describe, expect, it } from "vitest";
import type { ChunkId, DocumentId } from "../../contract/ids.ts";
import type { Passage } from "../retrieval/PassageRetriever.ts";
import { CitationList, type Citable } from "./citations.ts";

const text = "Lamps are lit at dusk.";
const passage = (page: number): Passage =>
  ({ document: "a.pdf", chunk: { documentId: "d" as DocumentId, page, text } }) as Passage;
const sentence = (chunkId: string): Citable => ({
  chunkId: chunkId as ChunkId,
  start: 0,
  end: text.length,
  text,
});

describe("CitationList", () => {
  // The chunks p3 and p3b overlap; p9 says the same on another page.
  const pages: Record<string, number> = { p3: 3, p3b: 3, p9: 9 };
  const open = (): CitationList =>
    new CitationList(
      (chunkId) => (chunkId in pages ? passage(pages[chunkId] ?? 0) : undefined),
      async ({ chunk }) => ({ kind: "page", page: chunk.page ?? 0, rects: [] }),
    );

  it("numbers a place once, and the same words at another place anew", async () => {
    const cited = open();
    const numbers: (number | undefined)[] = [];
    for (const id of ["p3", "p3b", "p9", "p3"]) numbers.push((await cited.add(sentence(id)))?.n);
    expect(numbers).toEqual([1, 1, 2, 1]);
    expect(cited.list.map(({ page }) => page)).toEqual([3, 9]);
  });

  it("cites nothing of a passage that is gone", async () => {
    expect(await open().add(sentence("gone"))).toBeUndefined();
  });
});
