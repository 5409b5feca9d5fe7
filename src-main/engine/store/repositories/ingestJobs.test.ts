import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DatabaseSync } from "node:sqlite";
import type { DocumentId } from "../../../contract/ids.ts";
import { Database } from "../Database.ts";
import { chunk, documentRecord, page } from "../fixtures/samples.ts";
import { migrations } from "../migrations/index.ts";
import type { DocumentRepository, IngestJobRepository } from "../protocol.ts";
import type { JobSummary } from "../records.ts";
import { documentRepository } from "./documents.ts";
import { ingestJobRepository } from "./ingestJobs.ts";

let db: Database;
let documents: DocumentRepository;
let jobs: IngestJobRepository;
const d1 = "d1" as DocumentId;
const source = { fingerprint: "f\0", bytes: 3, mtimeMs: 1.5, ctimeMs: 2.5, sha256: "aa" };
const summary: JobSummary = {
  mediaType: "application/pdf",
  pageCount: 4,
  paged: true,
  recognized: [[2, 3]],
  unreadable: [[4, 4]],
  chunks: 1,
};

beforeEach(() => {
  const connection = new DatabaseSync(":memory:");
  connection.exec("PRAGMA foreign_keys = ON");
  for (const migration of migrations) connection.exec(migration.sql);
  db = new Database(connection);
  documents = documentRepository(db);
  jobs = ingestJobRepository(db, documents);
  documents.insert(documentRecord("d1"));
});
afterEach(() => db.close());

describe("ingest jobs", () => {
  it("never give a number twice, whatever became of the tries", () => {
    expect(jobs.begin(d1, source)).toBe(1);
    expect(documents.get(d1)?.status).toBe("working");
    expect(jobs.begin(d1, source)).toBe(2);
    jobs.publish([{ documentId: d1, version: 2, patch: {} }]);
    expect(jobs.get(d1)).toBeUndefined();
    expect(jobs.begin(d1, source)).toBe(3);
  });

  it("know whether a file was read to its end", () => {
    const version = jobs.begin(d1, source);
    jobs.saveParts(d1, version, [page(1, "a")], []);
    expect(jobs.get(d1)).toEqual({ documentId: d1, version, ...source });
    jobs.saveParts(d1, version, [], [chunk("d1", version, 0)], summary);
    expect(jobs.list()).toEqual([{ documentId: d1, version, ...source, summary }]);
    expect(documents.chunksOf(d1, version)).toHaveLength(1);
  });

  it("publish what is still there, and forget what was tried before", () => {
    jobs.saveParts(d1, jobs.begin(d1, source), [page(1, "a")], [chunk("d1", 1, 0)]);
    const version = jobs.begin(d1, source);
    jobs.saveParts(d1, version, [page(1, "b")], [chunk("d1", version, 0)], summary);
    jobs.forgetTries(d1, version);
    expect(documents.chunksOf(d1, 1)).toEqual([]);
    const gone = "gone" as DocumentId;
    const published = jobs.publish([
      { documentId: gone, version: 1, patch: {} },
      { documentId: d1, version, patch: { chunks: 1 } },
    ]);
    expect(published).toMatchObject([{ id: d1, version: 2, status: "ready", chunks: 1 }]);
    jobs.saveParts(d1, jobs.begin(d1, source), [page(1, "c")], [chunk("d1", 3, 0)]);
    jobs.forgetTries(d1, 0);
    expect(jobs.get(d1)).toBeUndefined();
    expect(db.get("SELECT count(*) AS n FROM chunks")).toEqual({ n: 1 });
  });

  it("go with their document, and a moved one takes the place of its new name", () => {
    documents.insert(documentRecord("d2", { path: "/new/name.pdf" }));
    jobs.begin("d2" as DocumentId, source);
    const moved = jobs.moveTo(d1, { path: "/new/name.pdf" }, "d2" as DocumentId);
    expect(moved).toMatchObject({ id: d1, path: "/new/name.pdf" });
    expect(jobs.list()).toEqual([]);
    expect(documents.findByPath("/new/name.pdf")?.id).toBe(d1);
  });
});
