import { connect } from "@lancedb/lancedb";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunkIdSchema, documentIdSchema } from "../../contract/ids.ts";
import { VectorIndex, type IndexRow, type VectorIndexOptions } from "./VectorIndex.ts";
import { tableNameFor } from "./fingerprint.ts";
import { testFingerprint } from "./testing/testFingerprint.ts";

const dimensions = 8;
const fingerprint = testFingerprint(dimensions);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "hearth-fresh-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

function open(options: Partial<VectorIndexOptions> = {}): Promise<VectorIndex> {
  return VectorIndex.open({ dir, fingerprint, ...options });
}

function rowsFrom(first: number, count: number): IndexRow[] {
  return Array.from({ length: count }, (_, at) => {
    const n = first + at;
    return {
      chunkId: chunkIdSchema.parse(`c${n}`),
      documentId: documentIdSchema.parse(`d${Math.floor(n / 10)}`),
      version: 1 + (n % 3),
      text: `sign${n} shared`,
      vector: Float32Array.from({ length: dimensions }, (__, place) =>
        Math.sin(n * n + place * (n + 0.5) * Math.SQRT2),
      ),
    };
  });
}

/** As the table has them, read past the index. */
async function readTable(): Promise<{ fragments: number; ids: string[]; versions: number[] }> {
  const connection = await connect(dir);
  const table = await connection.openTable(tableNameFor(fingerprint));
  const { fragmentStats } = await table.stats();
  const stored: { chunkId: string; version: number }[] = await table
    .query()
    .select(["chunkId", "version"])
    .toArray();
  table.close();
  connection.close();
  return {
    fragments: fragmentStats.numFragments,
    ids: stored.map(({ chunkId }) => chunkId).toSorted(),
    versions: stored
      .toSorted((a, b) => Number(a.chunkId.slice(1)) - Number(b.chunkId.slice(1)))
      .map(({ version }) => version),
  };
}

describe("FreshRows", () => {
  it("has small additions lie together, each row once and as it was, and leaves the others", async () => {
    await using index = await open();
    await index.add(rowsFrom(0, 2_000));
    await index.optimize({ force: true });
    for (let at = 0; at < 20; at += 1) await index.add(rowsFrom(2_000 + 10 * at, 10));
    const all = rowsFrom(0, 2_200);
    const stored = await readTable();
    expect(stored.fragments).toBeLessThanOrEqual(5);
    expect(stored.ids).toEqual(all.map(({ chunkId }) => String(chunkId)).toSorted());
    expect(stored.versions).toEqual(all.map(({ version }) => version));
    for (const one of [all[7], all[2_003], all[2_199]]) {
      if (!one) throw new Error("no such row");
      const [byWord] = await index.keywordSearch(one.text.split(" ")[0] ?? "", { limit: 5 });
      expect(byWord?.chunkId).toBe(one.chunkId);
      const [byVector] = await index.vectorSearch(one.vector, { limit: 1 });
      expect(byVector?.chunkId).toBe(one.chunkId);
    }
  });

  it("keeps apart what is indexed by then, and goes on after tidying and removing", async () => {
    await using index = await open();
    for (let at = 0; at < 3; at += 1) await index.add(rowsFrom(10 * at, 10));
    await index.optimize({ force: true });
    const removed = documentIdSchema.parse("d4");
    for (let at = 3; at < 9; at += 1) {
      await index.add(rowsFrom(10 * at, 10));
      if (at === 5) await index.removeDocument(removed);
    }
    const expected = rowsFrom(0, 90).filter(({ documentId }) => documentId !== removed);
    const stored = await readTable();
    expect(stored.ids).toEqual(expected.map(({ chunkId }) => String(chunkId)).toSorted());
    // One that was tidied, one that was joined, and one since.
    expect(stored.fragments).toBeLessThanOrEqual(4);
    expect(await index.optimize({ force: true })).toBe(true);
    expect(await index.countRows()).toBe(expected.length);
  });

  it("does not move large additions, nor without end", async () => {
    await using index = await open();
    for (let at = 0; at < 6; at += 1) await index.add(rowsFrom(300 * at, 300));
    expect((await readTable()).fragments).toBe(6);
    for (let at = 0; at < 12; at += 1) await index.add(rowsFrom(1_800 + 200 * at, 200));
    expect((await readTable()).ids).toHaveLength(4_200);
  });

  it("joins them under an approximate index, which still finds what it holds", async () => {
    await using index = await open({ approximateFromRows: 1_000 });
    await index.add(rowsFrom(0, 1_500));
    await index.optimize({ force: true });
    await index.refresh();
    expect(index.tuning).toBeDefined();
    for (let at = 0; at < 12; at += 1) await index.add(rowsFrom(1_500 + 5 * at, 5));
    for (const one of [...rowsFrom(3, 1), ...rowsFrom(1_498, 4), ...rowsFrom(1_559, 1)]) {
      const [hit] = await index.vectorSearch(one.vector, { limit: 1 });
      expect(hit?.chunkId).toBe(one.chunkId);
    }
  });
});
