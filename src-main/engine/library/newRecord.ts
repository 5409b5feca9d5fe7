import { randomUUID } from "node:crypto";
import path from "node:path";
import { documentIdSchema } from "../../contract/ids.ts";
import type { DocumentRecord } from "../store/records.ts";

/** What is stored of a file that was named and not looked at yet. */
export function newRecord(file: string, attachment: boolean): DocumentRecord {
  return {
    id: documentIdSchema.parse(randomUUID()),
    name: path.basename(file),
    path: file,
    mediaType: "",
    bytes: 0,
    mtimeMs: 0,
    ctimeMs: 0,
    sha256: "",
    status: "queued",
    stage: "waiting",
    done: 0,
    total: 0,
    pages: null,
    recognized: [],
    unreadable: [],
    chunks: 0,
    version: 0,
    fingerprint: "",
    addedAt: Date.now(),
    tags: [],
    language: null,
    textHash: "",
    attachment,
  };
}
