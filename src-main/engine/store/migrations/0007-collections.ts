import type { Migration } from "./index.ts";

/**
 * Collections, tags and what is known of a document's text. `language` is null until it was looked
 * at, and "" where it cannot be told; `text_hash` is "" where there is no text. An `attachment`
 * belongs to the messages that name it and is not part of the library.
 */
export const collections: Migration = {
  number: 7,
  name: "collections",
  sql: `
    CREATE TABLE collections (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      -- The name without case and accents: two collections never look the same.
      folded TEXT NOT NULL UNIQUE,
      created_at REAL NOT NULL
    ) STRICT;
    CREATE TABLE collection_documents (
      collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
      document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
      PRIMARY KEY (collection_id, document_id)
    ) STRICT;
    CREATE INDEX collection_documents_by_document ON collection_documents (document_id);
    ALTER TABLE documents ADD COLUMN tags_json TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE documents ADD COLUMN language TEXT;
    ALTER TABLE documents ADD COLUMN text_hash TEXT NOT NULL DEFAULT '';
    ALTER TABLE documents ADD COLUMN attachment INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE chats ADD COLUMN collection_ids_json TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE messages ADD COLUMN collection_ids_json TEXT NOT NULL DEFAULT '[]';
  `,
};
