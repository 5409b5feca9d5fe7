import type { Migration } from "./index.ts";

/**
 * Tables are STRICT, so that a value of the wrong type is refused where it is written and not found
 * years later. Columns that hold free text may hold escaped text (see encodeText); columns whose
 * name ends in `_json` hold JSON. Times are milliseconds since 1970.
 */
export const initial: Migration = {
  number: 1,
  name: "initial",
  sql: `
    CREATE TABLE counters (
      name TEXT PRIMARY KEY,
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO counters (name, value) VALUES ('chat-sequence', 0);

    CREATE TABLE chats (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      title TEXT NOT NULL,
      system_prompt TEXT NOT NULL,
      sampling_json TEXT NOT NULL,
      model_id TEXT,
      document_ids_json TEXT NOT NULL,
      active_leaf_id TEXT,
      sequence INTEGER NOT NULL,
      created_at REAL NOT NULL,
      updated_at REAL NOT NULL,
      deleted_at REAL
    ) STRICT;
    CREATE INDEX chats_by_sequence ON chats (sequence DESC) WHERE deleted_at IS NULL;
    CREATE INDEX chats_deleted ON chats (deleted_at) WHERE deleted_at IS NOT NULL;

    CREATE TABLE messages (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
      -- No cascade: messages go with their chat, and a cascade along a long chain is too deep.
      parent_id TEXT REFERENCES messages (id),
      role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
      text TEXT NOT NULL,
      reasoning TEXT NOT NULL,
      status TEXT NOT NULL CHECK (
        status IN ('streaming', 'complete', 'length', 'stopped', 'failed', 'interrupted')
      ),
      created_at REAL NOT NULL,
      document_ids_json TEXT NOT NULL,
      error_json TEXT,
      stats_json TEXT,
      dropped_messages INTEGER NOT NULL,
      grounding_json TEXT
    ) STRICT;
    CREATE INDEX messages_of_chat ON messages (chat_id, row);
    CREATE INDEX messages_of_parent ON messages (parent_id);
    CREATE INDEX messages_streaming ON messages (row) WHERE status = 'streaming';

    -- One row for each title (rowid = -chats.row) and each finished text (rowid = messages.row),
    -- folded. Trigrams find parts of words, and words of scripts that put no spaces.
    CREATE VIRTUAL TABLE chat_texts USING fts5 (folded, tokenize = 'trigram case_sensitive 1');

    CREATE TABLE documents (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      path TEXT NOT NULL,
      media_type TEXT NOT NULL,
      bytes REAL NOT NULL,
      mtime_ms REAL NOT NULL,
      sha256 TEXT NOT NULL,
      status TEXT NOT NULL CHECK (
        status IN ('queued', 'working', 'ready', 'failed', 'interrupted')
      ),
      stage TEXT NOT NULL,
      done REAL NOT NULL,
      total REAL NOT NULL,
      pages INTEGER,
      chunks INTEGER NOT NULL,
      version INTEGER NOT NULL,
      published_version INTEGER,
      fingerprint TEXT NOT NULL,
      added_at REAL NOT NULL,
      error_json TEXT
    ) STRICT;
    CREATE INDEX documents_by_path ON documents (path);

    CREATE TABLE pages (
      row INTEGER PRIMARY KEY,
      document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      number INTEGER NOT NULL,
      width REAL NOT NULL,
      height REAL NOT NULL,
      text TEXT NOT NULL,
      words BLOB NOT NULL,
      first_line INTEGER NOT NULL,
      UNIQUE (document_id, version, number)
    ) STRICT;

    CREATE TABLE chunks (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      page INTEGER,
      text TEXT NOT NULL,
      context TEXT NOT NULL,
      parts_json TEXT NOT NULL,
      sentences_json TEXT NOT NULL,
      location_json TEXT NOT NULL,
      UNIQUE (document_id, version, ordinal)
    ) STRICT;
    CREATE INDEX chunks_by_id ON chunks (id);

    CREATE TABLE settings (
      name TEXT PRIMARY KEY,
      value_json TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE network_requests (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      key TEXT UNIQUE,
      at REAL NOT NULL,
      process TEXT NOT NULL,
      method TEXT NOT NULL,
      url TEXT NOT NULL,
      reason TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('allowed', 'refused', 'failed')),
      status INTEGER,
      bytes REAL NOT NULL
    ) STRICT;
  `,
};
