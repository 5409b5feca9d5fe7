import { describe, expect, it } from "vitest";
import type { Collection } from "../../../src-main/contract/collections.ts";
import { documentSchema, type DocumentRow } from "../../../src-main/contract/documents.ts";
import type { CollectionId, DocumentId } from "../../../src-main/contract/ids.ts";
import type { Hit } from "../../../src-main/contract/search.ts";
import { createArranger, type Wanted } from "./arrangeDocuments.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { describeUnadded, dismissAddError, useAdding } from "./addDocuments.ts";
import { cancelAdding, pauseAdding, resumeAdding } from "./libraryActions.ts";
import { type LibraryFilters, noFilters, sentFolder } from "./libraryFilters.ts";
import { markedSnippet } from "./markedSnippet.ts";
import { partByLikeness } from "./partByLikeness.ts";
import { extended, nothingChosen, rowAfterKey, toggled } from "./selection.ts";

function row(id: string, fields: Partial<DocumentRow> = {}): DocumentRow {
  return {
    ...documentSchema.parse({
      id,
      name: `${id}.pdf`,
      path: `/docs/${id}.pdf`,
      mediaType: "application/pdf",
      bytes: 10,
      status: "ready",
      stage: "done",
      done: 1,
      total: 1,
      rate: 0,
      pages: 1,
      chunks: 1,
      addedAt: 0,
    }),
    ...fields,
  };
}

const day = (text: string): number => new Date(`${text}T12:00`).getTime();
const rows = [
  row("a", { name: "Note 10.md", tags: ["work"], language: "en", addedAt: 3, contentKey: "k" }),
  row("b", { name: "note 9.PDF", tags: ["work", "tax"], language: "de", bytes: 99, addedAt: 1 }),
  row("c", { path: "/docs/deep/c.pdf", modifiedAt: day("2025-03-01"), status: "failed" }),
  row("d", { path: `/h/uploads/${"0a".repeat(12)}/d.pdf`, contentKey: "k", status: "working" }),
];
const box: Collection = {
  id: "box" as CollectionId,
  name: "Box",
  documentIds: ["b" as DocumentId, "d" as DocumentId],
  createdAt: 0,
};

function shown(filters: Partial<LibraryFilters>, more: Partial<Wanted> = {}): string {
  return createArranger()(rows, {
    query: "",
    filters: { ...noFilters, ...filters },
    sort: { field: "added", descending: false },
    collections: [box],
    locale: "en",
    ...more,
  })
    .rows.map(({ id }) => id)
    .join("");
}

describe("the list of documents", () => {
  it.each<[string, Partial<LibraryFilters>, string]>([
    ["nothing", {}, "cdba"],
    ["a collection", { collectionId: box.id }, "db"],
    ["a collection that is gone", { collectionId: "x" as CollectionId }, ""],
    ["a tag", { tags: ["work"] }, "ba"],
    ["two tags", { tags: ["work", "tax"] }, "b"],
    ["a type", { type: "PDF" }, "cdb"],
    ["a language", { language: "de" }, "b"],
    ["a folder and those in it", { folder: "/docs" }, "cba"],
    ["a folder whose name begins alike", { folder: "/doc" }, ""],
    ["what a browser sent", { folder: sentFolder }, "d"],
    ["failures", { status: "failed" }, "c"],
    ["duplicates", { duplicates: true }, "da"],
    ["a day", { date: { field: "modified", from: "2025-03-01", to: "2025-03-01" } }, "c"],
    ["later days", { date: { field: "modified", from: "2025-03-02", to: "" } }, ""],
    ["two things at once", { tags: ["work"], type: "MD" }, "a"],
  ])("is narrowed to %s", (_name, filters, expected) => {
    expect(shown(filters)).toBe(expected);
  });

  it("is searched by all words of a name, in any order and case", () => {
    expect(shown({}, { query: " 9 NOTE" })).toBe("b");
  });

  it("is sorted by numbers in names as people count", () => {
    expect(shown({ tags: ["work"] }, { sort: { field: "name", descending: false } })).toBe("ba");
    expect(shown({}, { sort: { field: "size", descending: true } })).toBe("bacd");
    expect(shown({}, { sort: { field: "type", descending: false } })).toBe("acdb");
  });

  it("keeps its order and counts while only progress changes", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => row(`d${at}`, { addedAt: at % 977 }));
    const arrange = createArranger();
    const wanted: Wanted = {
      query: "",
      filters: noFilters,
      sort: { field: "name", descending: false },
      collections: [],
      locale: "en",
    };
    const first = arrange(many, wanted);
    const next = many.with(5_000, { ...row("d5000", many[5_000]), done: 7 });
    const again = arrange(next, wanted);
    expect(again.facets()).toBe(first.facets());
    expect(again.rows.find(({ id }) => id === "d5000")?.done).toBe(7);
    expect(again.rows.map(({ id }) => id)).toEqual(first.rows.map(({ id }) => id));
    const renamed = arrange(next.with(0, row("d0", { name: "zzz" })), wanted);
    expect(renamed.rows.at(-1)?.id).toBe("d0");
  });

  it("counts what there is to narrow by", () => {
    const arranged = createArranger()(rows, {
      query: "note",
      filters: noFilters,
      sort: { field: "added", descending: true },
      collections: [],
      locale: "en",
    });
    const facets = arranged.facets();
    expect(facets.tags).toEqual([
      { value: "work", count: 2 },
      { value: "tax", count: 1 },
    ]);
    expect(facets.types[0]).toEqual({ value: "PDF", count: 3 });
    expect(facets.duplicates).toBe(2);
  });
});

describe("selection", () => {
  const order = ["a", "b", "c", "d"].map((id) => id as DocumentId);
  const [a, b, c, d] = order as [DocumentId, DocumentId, DocumentId, DocumentId];

  it("toggles one row and extends from where it began", () => {
    const one = toggled(nothingChosen, b);
    const stretch = extended(one, d, order);
    expect([...stretch.chosen]).toEqual([b, c, d]);
    expect([...extended(stretch, a, order).chosen]).toEqual([a, b]);
    expect([...toggled(stretch, c).chosen]).toEqual([b, d]);
    expect([...extended({ ...one, anchor: "gone" as DocumentId }, c, order).chosen]).toEqual([c]);
  });

  it("moves by keys and stops at the ends", () => {
    expect(rowAfterKey("ArrowDown", null, order, 2)).toBe(a);
    expect(rowAfterKey("ArrowDown", d, order, 2)).toBe(d);
    expect(rowAfterKey("PageDown", a, order, 2)).toBe(c);
    expect(rowAfterKey("End", a, order, 2)).toBe(d);
    expect(rowAfterKey("constructor", a, order, 2)).toBeUndefined();
    expect(rowAfterKey("ArrowDown", null, [], 2)).toBeUndefined();
  });
});

describe("the snippet of a passage", () => {
  it("begins shortly before the first marked word and keeps all text from there", () => {
    const lead = "word ".repeat(60);
    const text = `${lead}the lamp\n was replaced.`;
    const start = text.indexOf("lamp");
    const parts = markedSnippet({ text, highlights: [{ start, end: start + 4 }] });
    expect(parts.filter(({ marked }) => marked)).toEqual([{ text: "lamp", marked: true }]);
    expect(parts.map((part) => part.text).join("")).toMatch(
      /^… word (word )+the lamp was replaced\.$/u,
    );
    expect(parts[1]?.text.length).toBeLessThan(100);
  });

  it("is the whole passage where no word was found", () => {
    expect(markedSnippet({ text: "A ship.", highlights: [] })).toEqual([
      { text: "A ship.", marked: false },
    ]);
  });
});

describe("passages that were found", () => {
  const hit = (chunkId: string, cosine: number | null, words = 0): Hit =>
    ({
      chunkId,
      explain: { contributions: cosine === null ? [] : [{ list: "vector", raw: cosine }] },
      highlights: Array.from({ length: words }, () => ({ start: 0, end: 1 })),
    }) as unknown as Hit;
  const ids = (hits: readonly Hit[]): string[] => hits.map(({ chunkId }) => chunkId);

  it("are folded where they hold no word and are far less alike than the most alike", () => {
    const found = [
      hit("a", null, 2),
      hit("b", 0.6),
      hit("c", 0.31),
      hit("d", 0.29),
      hit("e", 0, 1),
    ];
    const { near, far } = partByLikeness(found);
    expect([ids(near), ids(far)]).toEqual([["a", "b", "c", "e"], ["d"]]);
  });

  it("are all there where none stands out", () => {
    const { near, far } = partByLikeness([hit("a", 0.3), hit("b", 0.2), hit("c", 0.16)]);
    expect([near.length, far.length]).toEqual([3, 0]);
    expect(partByLikeness([])).toEqual({ near: [], far: [] });
  });
});

describe("work on documents", () => {
  // There is no engine here, so that whatever is asked of it fails.
  it.each([
    ["pausing", pauseAdding],
    ["resuming", resumeAdding],
    ["cancelling one", () => cancelAdding("d" as DocumentId)],
    ["cancelling all", () => cancelAdding("all")],
  ])("is told where it fails: %s", async (_name, ask) => {
    dismissAddError();
    await ask();
    expect(useAdding.getState().error).toMatchObject({ code: "connection-lost" });
  });
});

describe("what came to have no row", () => {
  const error = {
    code: "file-unreadable" as const,
    title: "shut cannot be opened.",
    cause: "You may not read it.",
    suggestion: "Check its permissions.",
  };
  const shut = { documentId: null, name: "shut", error };
  const inRow = { documentId: "a" as DocumentId, name: "a.pdf", error };
  const told = (results: Parameters<typeof describeUnadded>[0]) =>
    describeUnadded(results, getStrings());

  it("is told, and what has a row is not told twice", () => {
    expect(told([inRow, { documentId: "b" as DocumentId, name: "b.pdf" }])).toBeNull();
    expect(told([inRow, shut])).toEqual(error);
  });

  it("is told together where there are several", () => {
    expect(told([shut, { ...shut, name: "closed" }])).toEqual({
      ...error,
      title: "2 files or folders could not be opened.",
      cause: "shut, closed",
    });
  });

  it("is told where a folder held nothing to read", () => {
    expect(told([])).toMatchObject({ code: "bad-input", title: "Nothing was added." });
  });
});
