import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChunkId, DocumentId } from "../../../contract/ids.ts";
import type { Database } from "../Database.ts";
import { memoryDatabase } from "../fixtures/memoryDatabase.ts";
import { chat, chunk, documentRecord, hardTexts, page } from "../fixtures/samples.ts";
import type { DocumentRepository } from "../protocol.ts";
import type { DocumentRecord } from "../records.ts";
import { chatRepository } from "./chats.ts";
import { documentRepository } from "./documents.ts";

let db: Database;
let documents: DocumentRepository;
let damage: string[];
const d1 = "d1" as DocumentId;
const id = (text: string): ChunkId => text as ChunkId;

beforeEach(() => {
  damage = [];
  db = memoryDatabase((place) => damage.push(place));
  documents = documentRepository(db);
});
afterEach(() => db.close());

function ingest(documentId: string, version: number): void {
  const ref = documentId as DocumentId;
  documents.putPages(ref, version, [page(1, `v${version}`), page(2, "two")]);
  documents.putChunks(ref, version, [chunk(documentId, version, 0), chunk(documentId, version, 1)]);
}

describe("documents", () => {
  it("gives back every field, whatever the name and the path", () => {
    const record: DocumentRecord = documentRecord("d1", {
      name: "\ud83d odd\0.pdf",
      path: "/docs/\ud83d odd\0.pdf",
      pages: 12,
      recognized: [[2, 3]],
      unreadable: [[5, 5]],
      done: 0.5,
      error: { code: "file-encrypted", title: "T", cause: "", suggestion: "" },
    });
    documents.insert(record);
    expect(documents.get(d1)).toEqual(record);
    expect(documents.list()).toEqual([record]);
    expect(documents.findByPath(record.path)).toEqual(record);
    expect(documents.findByPath("/docs/\ufffd odd\0.pdf")).toBeUndefined();
    expect(documents.update(d1, { status: "working", error: undefined })).toEqual({
      ...record,
      error: undefined,
      status: "working",
    });
    expect(() => documents.insert(record)).toThrow(/UNIQUE/u);
  });

  it.each(hardTexts.map((text, index) => [index, text] as const))(
    "keeps hard text %i in pages and chunks",
    (_index, text) => {
      documents.insert(documentRecord("d1"));
      const hard = { ...chunk("d1", 1, 0), text, context: text };
      documents.putPages(d1, 1, [page(1, text)]);
      documents.putChunks(d1, 1, [hard]);
      documents.publish(d1, 1, {});
      const [got] = documents.getPages(d1, 1, 1);
      expect(got).toEqual(page(1, text));
      expect(documents.getChunks([hard.id])).toEqual([hard]);
    },
  );

  it("shows nothing of a version before it is published, and all of it after", () => {
    documents.insert(documentRecord("d1"));
    ingest("d1", 1);
    expect(documents.getPages(d1, 1, 9)).toEqual([]);
    expect(documents.getPages(d1, 1, 9, 1)).toHaveLength(2);
    expect(documents.getChunks([id("d1:0")])).toEqual([]);
    expect(documents.chunksOf(d1, 1)).toHaveLength(2);
    expect(documents.readyVersions()).toEqual([]);
    const published = documents.publish(d1, 1, { chunks: 2, pages: 2, fingerprint: "f" });
    expect(published).toMatchObject({ status: "ready", stage: "done", version: 1, chunks: 2 });
    expect(documents.readyVersions()).toEqual([{ documentId: d1, version: 1, fingerprint: "f" }]);
    expect(documents.getChunks([id("d1:1"), id("nope"), id("d1:0")])).toEqual([
      chunk("d1", 1, 1),
      chunk("d1", 1, 0),
    ]);
    expect(documents.getPages(d1, 2, 2).map((p) => p.number)).toEqual([2]);
  });

  it("switches to a new version in one step and forgets the older one", () => {
    documents.insert(documentRecord("d1"));
    ingest("d1", 1);
    documents.publish(d1, 1, {});
    ingest("d1", 2);
    expect(documents.getChunks([id("d1:0")])[0]?.version).toBe(1);
    expect(documents.getPages(d1, 1, 1)[0]?.text).toBe("v1");
    documents.publish(d1, 2, { fingerprint: "g" });
    expect(documents.getChunks([id("d1:0")])[0]?.version).toBe(2);
    expect(documents.getPages(d1, 1, 1)[0]?.text).toBe("v2");
    expect(documents.chunksOf(d1, 1)).toEqual([]);
    expect(db.get("SELECT count(*) AS n FROM pages")).toEqual({ n: 2 });
  });

  it("finds the version before while a changed file is read anew", () => {
    documents.insert(documentRecord("d1"));
    ingest("d1", 1);
    documents.publish(d1, 1, { fingerprint: "f" });
    documents.update(d1, { status: "working" });
    expect(documents.getChunks([id("d1:0")])).toHaveLength(1);
    expect(documents.readyVersions()).toEqual([{ documentId: d1, version: 1, fingerprint: "f" }]);
  });

  it("finds what has the same content", () => {
    documents.insert(documentRecord("d1"), documentRecord("d2"), documentRecord("d3"));
    documents.update(d1, { sha256: "aa" });
    documents.update("d3" as DocumentId, { sha256: "aa" });
    expect(documents.findByHash("aa").map((record) => record.id)).toEqual(["d1", "d3"]);
  });

  it("undoes a publish that fails, as a whole", () => {
    documents.insert(documentRecord("d1"));
    ingest("d1", 1);
    documents.publish(d1, 1, {});
    ingest("d1", 2);
    expect(() => documents.publish(d1, 2, { stage: null as unknown as "done" })).toThrow(
      /NOT NULL/u,
    );
    expect(documents.getChunks([id("d1:0")])[0]?.version).toBe(1);
    expect(documents.get(d1)?.version).toBe(1);
  });

  it("takes the same batch twice", () => {
    documents.insert(documentRecord("d1"));
    ingest("d1", 1);
    ingest("d1", 1);
    expect(documents.chunksOf(d1, 1)).toHaveLength(2);
  });

  it("refuses rows of a document that is not there or is another one", () => {
    expect(() => documents.putPages(d1, 1, [page(1, "")])).toThrow(
      expect.objectContaining({ code: "not-found" }),
    );
    documents.insert(documentRecord("d1"));
    expect(() => documents.putChunks(d1, 1, [chunk("d1", 1, 0), chunk("d2", 1, 0)])).toThrow(
      expect.objectContaining({ code: "bad-input" }),
    );
    expect(documents.chunksOf(d1, 1)).toEqual([]);
  });

  it("removes all traces", () => {
    documents.insert(documentRecord("d1"));
    documents.insert(documentRecord("d2"));
    ingest("d1", 1);
    documents.publish(d1, 1, {});
    const chats = chatRepository(db);
    chats.create(chat("c1", { documentIds: [d1, "d2" as DocumentId] }));
    expect(documents.remove([d1]).map((record) => record.id)).toEqual(["d1"]);
    expect(documents.get(d1)).toBeUndefined();
    expect(documents.getChunks([id("d1:0")])).toEqual([]);
    expect(db.get("SELECT count(*) AS n FROM pages")).toEqual({ n: 0 });
    expect(db.get("SELECT count(*) AS n FROM chunks")).toEqual({ n: 0 });
    expect(chats.get(chats.list()[0]!.id)?.chat.documentIds).toEqual(["d2"]);
    expect(documents.remove([d1])).toEqual([]);
  });

  it("names what has not come to an end", () => {
    for (const status of ["queued", "working", "ready", "failed", "interrupted"] as const) {
      documents.insert(documentRecord(status, { status }));
    }
    expect(documents.unfinished().map((d) => d.id)).toEqual(["queued", "working"]);
  });

  it("reads a chunk whose place is damaged as far as it can", () => {
    documents.insert(documentRecord("d1"));
    ingest("d1", 1);
    db.run("UPDATE chunks SET location_json = '{}', sentences_json = ''");
    const [first] = documents.chunksOf(d1, 1);
    expect(first?.location).toEqual({ kind: "page", page: 1, rects: [] });
    expect(first?.sentences).toEqual([{ start: 0, end: first?.text.length }]);
    expect(damage).toContain("chunks/d1:0/location");
  });
});
