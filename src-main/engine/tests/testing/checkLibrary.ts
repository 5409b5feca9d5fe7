import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { readIndexRows } from "../../index/testing/readIndexRows.ts";
import type { Client } from "./conversation.ts";

/** Whatever a search finds belongs to a document that is whole, and no chunk comes twice. */
export async function checkHits(client: Client, query: string): Promise<number> {
  const { hits } = await client.call("search.query", { query, limit: 200 });
  // Asked after the search: a document only ever goes from unready to ready here.
  const { documents } = await client.call("documents.list", {});
  const ready = new Set(documents.filter((row) => row.status === "ready").map((row) => row.id));
  for (const hit of hits) expect(ready).toContain(hit.documentId);
  const chunkIds = hits.map((hit) => hit.chunkId);
  expect(new Set(chunkIds).size).toBe(chunkIds.length);
  return hits.length;
}

/** Waits until every document is ready. */
export async function allReady(client: Client, count: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const { documents } = await client.call("documents.list", {});
        return documents.map((row) => row.status);
      },
      { timeout: 90_000, interval: 200 },
    )
    .toEqual(Array.from({ length: count }, () => "ready"));
}

/**
 * Compares the store and the index of a home that no engine has open: the same chunks in both, each
 * once, all of published versions. @returns how many
 */
export async function checkStores(home: string): Promise<number> {
  const rows = await readIndexRows(home);
  const database = new DatabaseSync(path.join(home, "hearth.sqlite"), { readOnly: true });
  try {
    const chunks = database
      .prepare(
        `SELECT chunks.id, documents.chunks AS stated, published_version = chunks.version AS published
         FROM chunks JOIN documents ON documents.id = chunks.document_id`,
      )
      .all();
    expect(chunks.filter((chunk) => chunk["published"] !== 1)).toEqual([]);
    const indexed = rows.map((row) => row.chunkId).toSorted();
    expect(indexed).toEqual(chunks.map((chunk) => String(chunk["id"])).toSorted());
    const stated = database.prepare("SELECT coalesce(sum(chunks), 0) AS n FROM documents").get();
    expect(stated?.["n"]).toBe(chunks.length);
    expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    return chunks.length;
  } finally {
    database.close();
  }
}
