import type { Migration } from "./index.ts";

/** What a page's text is made of (headings, tables, lists), and where it stands in files without pages. */
export const pageStructure: Migration = {
  number: 4,
  name: "page-structure",
  sql: `
    ALTER TABLE pages ADD COLUMN blocks_json TEXT;
    ALTER TABLE pages ADD COLUMN places_json TEXT;
  `,
};
