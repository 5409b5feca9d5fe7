import path from "node:path";
import type { IngestResult } from "../../contract/documents.ts";
import { isCancelled, toErrorData } from "../../contract/errors.ts";
import type { DocumentId } from "../../contract/ids.ts";
import type { DocumentRecord } from "../store/records.ts";
import type { Outcome } from "./pipeline/IngestJob.ts";

/**
 * What a caller is told of a document that was to be taken in.
 *
 * @param ms what it took
 */
export function ingestResult(record: DocumentRecord, outcome: Outcome, ms: number): IngestResult {
  if (outcome.kind === "failed") {
    const result = failedResult(record.id, record.path, ms, outcome.error);
    return isCancelled(outcome.error) ? { ...result, status: "cancelled" } : result;
  }
  const { id, name, pages, recognized, unreadable, chunks } = outcome.record;
  const status = outcome.kind === "ready" ? "ready" : "unchanged";
  return { documentId: id, name, status, pages, recognized, unreadable, chunks, ms };
}

/** @param id null for a file that has no record */
export function failedResult(
  id: DocumentId | null,
  file: string,
  ms: number,
  error: unknown,
): IngestResult {
  return {
    documentId: id,
    name: path.basename(file),
    status: "failed",
    pages: null,
    recognized: [],
    unreadable: [],
    chunks: 0,
    ms,
    error: toErrorData(error),
  };
}
