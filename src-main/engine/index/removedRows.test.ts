import { connect } from "@lancedb/lancedb";
import { copyFile, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunkIdSchema, documentIdSchema } from "../../contract/ids.ts";
import { VectorIndex, type IndexRow, type VectorIndexOptions } from "./VectorIndex.ts";
import { tableNameFor } from "./fingerprint.ts";
import { loosenRemovedRows } from "./removedRows.ts";
import { testFingerprint } from "./testing/testFingerprint.ts";

const dimensions = 8;
const fingerprint = testFingerprint(dimensions);
const gone = documentIdSchema.parse("removed-document");
const goneVector = new Float32Array(dimensions).fill(0.765_432_1);
const traces = ["ptarmigan", gone, Buffer.from(goneVector.buffer)];

const isOfGone = (n: number): boolean => n % 401 === 17;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "hearth-removed-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Five rows of one document among 2,000 others, in one data file. */
async function openFilled(options: Partial<VectorIndexOptions> = {}): Promise<VectorIndex> {
  const index = await VectorIndex.open({ dir, fingerprint, ...options });
  // So short that they are stored uncompressed.
  await index.add(
    Array.from({ length: 2_005 }, (_, n): IndexRow => {
      const chunkId = chunkIdSchema.parse(`c${n}`);
      if (isOfGone(n)) {
        return { chunkId, documentId: gone, version: 1, text: "ptarmigan", vector: goneVector };
      }
      const documentId = documentIdSchema.parse(`d${n % 50}`);
      const vector = Float32Array.from({ length: dimensions }, (__, at) =>
        Math.sin(1 + n + at * n),
      );
      return { chunkId, documentId, version: 1, text: `n${n % 50}`, vector };
    }),
  );
  await index.optimize({ force: true });
  return index;
}

/** What is left of the removed document anywhere in the index folder. */
async function leftovers(): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    for (const trace of traces)
      if (bytes.includes(trace)) found.push(`${String(trace)} in ${file}`);
  }
  return found;
}

async function expectWhole(index: VectorIndex): Promise<void> {
  expect(await index.countRows()).toBe(2_000);
  const ofSeven = await index.keywordSearch("n7", { limit: 100 });
  expect(new Set(ofSeven.map(({ chunkId }) => chunkId)).size).toBe(ofSeven.length);
  expect(ofSeven).toHaveLength(40);
  expect(await index.keywordSearch("ptarmigan", { limit: 5 })).toEqual([]);
  const nearest = await index.vectorSearch(goneVector, { limit: 2_000, exact: true });
  expect(nearest).toHaveLength(2_000);
  expect(nearest.filter(({ chunkId }) => isOfGone(Number(chunkId.slice(1))))).toEqual([]);
}

describe("a few removed rows of a large data file", () => {
  it.each([
    { name: "every vector is compared", options: {} },
    { name: "there is an approximate index", options: { approximateFromRows: 1_000 } },
  ])("leave nothing on disk where $name", async ({ options }) => {
    await using index = await openFilled(options);
    await index.refresh();
    expect(index.tuning !== undefined).toBe("approximateFromRows" in options);
    await index.removeDocument(gone);
    expect(await leftovers()).toHaveLength(5);
    await index.erase(new AbortController().signal);
    expect(await leftovers()).toEqual([]);
    await expectWhole(index);
  });

  it("leave nothing after a kill before compaction, nor in a file that a killed write left", async () => {
    const before = await openFilled();
    const data = join(dir, `${tableNameFor(fingerprint)}.lance`, "data");
    const [file = ""] = await readdir(data);
    await copyFile(join(data, file), join(data, "half-written.lance"));
    await before.removeDocument(gone);
    await before.close();
    const connection = await connect(dir);
    const table = await connection.openTable(tableNameFor(fingerprint));
    await loosenRemovedRows(table, dir);
    table.close();
    connection.close();
    await using index = await VectorIndex.open({ dir, fingerprint });
    await expectWhole(index);
    expect(await leftovers()).not.toEqual([]);
    await index.erase(new AbortController().signal);
    expect(await leftovers()).toEqual([]);
    await expectWhole(index);
  });
});
