import type { Migration } from "./index.ts";

/** Keys of programs that use the HTTP interface: what they show is stored as its SHA-256 hash alone. */
export const apiKeys: Migration = {
  number: 3,
  name: "api-keys",
  sql: `
    CREATE TABLE api_keys (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL UNIQUE,
      hint TEXT NOT NULL,
      hash TEXT NOT NULL UNIQUE,
      created_at REAL NOT NULL,
      used_at REAL
    ) STRICT;
  `,
};
