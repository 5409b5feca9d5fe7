import type { Migration } from "./index.ts";

/** Passages that go with every question of a chat. */
export const pinnedPassages: Migration = {
  number: 10,
  name: "pinned-passages",
  sql: `
    ALTER TABLE chats ADD COLUMN pinned_json TEXT NOT NULL DEFAULT '[]';
  `,
};
