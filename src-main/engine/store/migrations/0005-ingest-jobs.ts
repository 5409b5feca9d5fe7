import type { Migration } from "./index.ts";

/**
 * What is being taken in, so that an engine that was killed goes on where it was. A row lives from
 * the first page of a version until the version is published. `summary_json` is there once the file
 * was read to its end; then all pages and chunks of the version are stored.
 */
export const ingestJobs: Migration = {
  number: 5,
  name: "ingest-jobs",
  sql: `
    CREATE TABLE ingest_jobs (
      document_id TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      fingerprint TEXT NOT NULL,
      bytes REAL NOT NULL,
      mtime_ms REAL NOT NULL,
      ctime_ms REAL NOT NULL,
      sha256 TEXT NOT NULL,
      summary_json TEXT
    ) STRICT;
    -- When the file's entry last changed: a new content that keeps size and date changes this.
    ALTER TABLE documents ADD COLUMN ctime_ms REAL NOT NULL DEFAULT 0;
    CREATE INDEX documents_by_hash ON documents (sha256);
  `,
};
