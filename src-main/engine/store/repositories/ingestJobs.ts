import { z } from "zod";
import type { DocumentId } from "../../../contract/ids.ts";
import { pageRangeSchema } from "../../../contract/pageRanges.ts";
import { decodeText, encodeText } from "../encodeText.ts";
import type { Database, Row } from "../Database.ts";
import type { DocumentRepository, IngestJobRepository } from "../protocol.ts";
import type { IngestJobRecord } from "../records.ts";
import { readOptionalJson, writeOptionalJson } from "../storedJson.ts";

export const jobSummarySchema = z.object({
  mediaType: z.string(),
  pageCount: z.int(),
  paged: z.boolean(),
  recognized: z.array(pageRangeSchema).default([]),
  unreadable: z.array(pageRangeSchema).default([]),
  chunks: z.int(),
});

/** What is being taken in, beside the documents that it belongs to. */
export function ingestJobRepository(
  db: Database,
  documents: DocumentRepository,
): IngestJobRepository {
  const get = (documentId: DocumentId): IngestJobRecord | undefined => {
    const row = db.get("SELECT * FROM ingest_jobs WHERE document_id = ?", documentId);
    return row && toJob(db, row);
  };

  return {
    get,

    list: () => db.all("SELECT * FROM ingest_jobs").map((row) => toJob(db, row)),

    begin: (documentId, source) =>
      db.transaction(() => {
        const record = documents.update(documentId, { status: "working", error: undefined });
        // Rows of an earlier try may still lie in the index: no number is used twice.
        const version = Math.max(record.version, get(documentId)?.version ?? 0) + 1;
        db.run(
          `INSERT OR REPLACE INTO ingest_jobs
             (document_id, version, fingerprint, bytes, mtime_ms, ctime_ms, sha256, summary_json)
           VALUES (?, ?, ?, ?, ?, ?, ?, NULL)`,
          documentId,
          version,
          encodeText(source.fingerprint),
          source.bytes,
          source.mtimeMs,
          source.ctimeMs,
          source.sha256,
        );
        return version;
      }),

    saveParts: (documentId, version, pages, chunks, summary) =>
      db.transaction(() => {
        documents.putPages(documentId, version, pages);
        documents.putChunks(documentId, version, chunks);
        if (!summary) return;
        db.run(
          "UPDATE ingest_jobs SET summary_json = ? WHERE document_id = ? AND version = ?",
          writeOptionalJson(summary),
          documentId,
          version,
        );
      }),

    forgetTries: (documentId, keepVersion) =>
      db.transaction(() => {
        const kept = [keepVersion, documents.get(documentId)?.version ?? 0];
        for (const table of ["pages", "chunks"]) {
          db.run(
            `DELETE FROM ${table} WHERE document_id = ? AND version NOT IN (?, ?)`,
            documentId,
            ...kept,
          );
        }
        if (keepVersion === 0) db.run("DELETE FROM ingest_jobs WHERE document_id = ?", documentId);
      }),

    publish: (entries) =>
      db.transaction(() =>
        entries.flatMap(({ documentId, version, patch }) => {
          // Removed meanwhile: nothing is left to publish.
          if (!documents.get(documentId)) return [];
          db.run("DELETE FROM ingest_jobs WHERE document_id = ?", documentId);
          return [documents.publish(documentId, version, patch)];
        }),
      ),

    moveTo: (documentId, patch, insteadOf) =>
      db.transaction(() => {
        if (insteadOf) documents.remove([insteadOf]);
        return documents.update(documentId, patch);
      }),
  };
}

function toJob(db: Database, row: Row): IngestJobRecord {
  const documentId = row["document_id"] as DocumentId;
  const place = `ingest_jobs/${documentId}`;
  const summary = readOptionalJson(db, jobSummarySchema, row["summary_json"], place);
  return {
    documentId,
    version: row["version"] as number,
    fingerprint: decodeText(row["fingerprint"] as string),
    bytes: row["bytes"] as number,
    mtimeMs: row["mtime_ms"] as number,
    ctimeMs: row["ctime_ms"] as number,
    sha256: row["sha256"] as string,
    ...(summary ? { summary } : {}),
  };
}
