import type { Migration } from "./index.ts";

/** Which pages of a document were recognised from their picture, and which cannot be read. */
export const recognizedPages: Migration = {
  number: 6,
  name: "recognized-pages",
  sql: `
    ALTER TABLE documents ADD COLUMN recognized_json TEXT;
    ALTER TABLE documents ADD COLUMN unreadable_json TEXT;
  `,
};
