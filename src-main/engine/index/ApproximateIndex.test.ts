import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunkIdSchema, documentIdSchema, type DocumentId } from "../../contract/ids.ts";
import { nodeBinary } from "../../paths/entries.ts";
import { VectorIndex, type IndexRow, type VectorIndexOptions } from "./VectorIndex.ts";
import { testFingerprint } from "./testing/testFingerprint.ts";

const dimensions = 64;
const fingerprint = testFingerprint(dimensions);
const approximateFromRows = 1_000;

let home: string;
let open: VectorIndex[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "hearth-approximate-"));
  open = [];
});

afterEach(async () => {
  for (const index of open) await index.close();
  await rm(home, { recursive: true, force: true });
});

async function openIndex(options: Partial<VectorIndexOptions> = {}): Promise<VectorIndex> {
  const dir = join(home, "index");
  const index = await VectorIndex.open({ dir, fingerprint, approximateFromRows, ...options });
  open.push(index);
  return index;
}

/** Spread around a few centres, the same in each run. */
function vectorAt(n: number): Float32Array {
  return Float32Array.from(
    { length: dimensions },
    (_, at) => 2 * Math.sin((n % 12) * 7.31 * (at + 1)) + Math.sin(n * 2.399_963 * (at + 1)),
  );
}

function rowAt(n: number, document = `d${n % 10}`, vector = vectorAt(n)): IndexRow {
  return {
    chunkId: chunkIdSchema.parse(`n${n}`),
    documentId: documentIdSchema.parse(document),
    version: 1,
    text: `text ${n}`,
    vector,
  };
}

function rowsFrom(first: number, count: number, document?: string): IndexRow[] {
  return Array.from({ length: count }, (_, at) => rowAt(first + at, document));
}

const doc = (id: string): DocumentId => documentIdSchema.parse(id);
const questions = Array.from({ length: 20 }, (_, n) => vectorAt(1_000_000.5 + n * 3));

/** Share of what comparing every vector finds that the search as it is finds too. */
async function recall(index: VectorIndex, documentIds?: DocumentId[]): Promise<number> {
  const options = { limit: 10, ...(documentIds ? { documentIds } : {}) };
  let same = 0;
  for (const question of questions) {
    const exact = await index.vectorSearch(question, { ...options, exact: true });
    expect(exact).toHaveLength(10);
    const wanted = new Set(exact.map(({ chunkId }) => chunkId));
    const found = await index.vectorSearch(question, options);
    same += found.filter(({ chunkId }) => wanted.has(chunkId)).length;
  }
  return same / (10 * questions.length);
}

async function nearestTo(index: VectorIndex, n: number): Promise<string | undefined> {
  return (await index.vectorSearch(vectorAt(n), { limit: 1 }))[0]?.chunkId;
}

describe("the approximate index", () => {
  it("is built from so many rows on, and finds what comparing every vector finds", async () => {
    const index = await openIndex();
    await index.add(rowsFrom(0, approximateFromRows - 1));
    expect(await index.refresh()).toBe(false);
    expect(index.tuning).toBeUndefined();
    expect(await recall(index)).toBe(1);
    await index.add(rowsFrom(approximateFromRows - 1, 2_000));
    expect(await index.refresh()).toBe(true);
    expect(index.tuning).toMatchObject({ rows: 2_999, recall: expect.closeTo(1, 1) });
    expect(await recall(index)).toBeGreaterThanOrEqual(0.95);
    expect(await index.refresh()).toBe(false);
  });

  it("misses no row that was added since, and shows none that was removed", async () => {
    const index = await openIndex();
    await index.add(rowsFrom(0, 2_000));
    await index.refresh();
    await index.add(rowsFrom(5_000, 3, "fresh"));
    expect(await nearestTo(index, 5_001)).toBe("n5001");
    await index.removeDocument(doc("fresh"));
    await index.removeDocument(doc("d3"));
    expect(await nearestTo(index, 5_001)).not.toBe("n5001");
    expect(await nearestTo(index, 13)).not.toBe("n13");
    expect(await recall(index)).toBeGreaterThanOrEqual(0.95);
    await index.optimize({ force: true });
    expect(await nearestTo(index, 13)).not.toBe("n13");
    expect(await nearestTo(index, 14)).toBe("n14");
    expect(await recall(index)).toBeGreaterThanOrEqual(0.95);
  });

  it("keeps to the documents that are asked for, one or most of them", async () => {
    const index = await openIndex();
    await index.add(rowsFrom(0, 3_000));
    await index.add(rowsFrom(9_000, 10, "small"));
    await index.refresh();
    for (const names of [["small"], ["d1"], ["d1", "d2", "d3"]]) {
      const documentIds = names.map(doc);
      expect(await recall(index, documentIds)).toBeGreaterThanOrEqual(0.95);
      const hits = await index.vectorSearch(vectorAt(7), { limit: 10, documentIds });
      const documentOf = (chunkId: string): DocumentId => {
        const n = Number(chunkId.slice(1));
        return doc(n >= 9_000 ? "small" : `d${n % 10}`);
      };
      expect(hits.length).toBeGreaterThan(0);
      expect(hits.filter(({ chunkId }) => !documentIds.includes(documentOf(chunkId)))).toEqual([]);
    }
  });

  it("is searched as before once the table is opened again", async () => {
    const first = await openIndex();
    await first.add(rowsFrom(0, 2_000));
    await first.refresh();
    const { tuning } = first;
    await first.optimize({ force: true });
    await first.close();
    const second = await openIndex();
    expect(tuning).toBeDefined();
    expect(second.tuning).toEqual(tuning);
    expect(await second.refresh()).toBe(false);
    expect(await recall(second)).toBeGreaterThanOrEqual(0.95);
  });

  it("is made again when the table has grown, and dropped when little is left", async () => {
    const index = await openIndex();
    await index.add(rowsFrom(0, 1_500, "first"));
    await index.refresh();
    await index.add(rowsFrom(1_500, 600, "second"));
    expect(await index.refresh()).toBe(false);
    await index.add(rowsFrom(2_100, 600, "second"));
    expect(await index.refresh()).toBe(true);
    expect(index.tuning).toMatchObject({ rows: 2_700 });
    await index.removeDocument(doc("first"));
    await index.add(rowsFrom(4_000, 10));
    await index.optimize({ force: true });
    expect(await nearestTo(index, 2_000)).toBe("n2000");
    await index.removeDocument(doc("second"));
    expect(await index.refresh()).toBe(true);
    expect(index.tuning).toBeUndefined();
    expect(await nearestTo(index, 4_003)).toBe("n4003");
  });

  it("takes in many small additions, each followed by a tidying", async () => {
    const index = await openIndex();
    await index.add(rowsFrom(0, 1_500));
    await index.refresh();
    for (let round = 0; round < 12; round += 1) {
      await index.add(rowsFrom(2_000 + round * 20, 20));
      await index.optimize({ force: true });
    }
    // So many parts slow every search down.
    expect(await index.refresh()).toBe(true);
    expect(index.tuning?.rows).toBe(1_740);
    expect(await recall(index)).toBeGreaterThanOrEqual(0.95);
  });

  it("copes with rows that are all alike, and with vectors of zeros", async () => {
    const index = await openIndex();
    const alike = Array.from({ length: 1_200 }, (_, n) => rowAt(n, "alike", vectorAt(1)));
    const empty = Array.from({ length: 5 }, (_, n) =>
      rowAt(2_000 + n, "empty", new Float32Array(dimensions)),
    );
    await index.add([...alike, ...empty, rowAt(5_000)]);
    expect(await index.refresh()).toBe(true);
    expect(await nearestTo(index, 5_000)).toBe("n5000");
    const hits = await index.vectorSearch(vectorAt(1), { limit: 10 });
    expect(hits.map(({ score }) => score)).toEqual(Array(10).fill(expect.closeTo(1, 3)));
  });

  it("lets searches and writes go on while it is built", async () => {
    const index = await openIndex();
    await index.add(rowsFrom(0, 4_000));
    const building = index.refresh();
    let built = false;
    void building.then(() => (built = true));
    await index.add(rowsFrom(7_000, 5, "meanwhile"));
    expect(await nearestTo(index, 7_001)).toBe("n7001");
    await index.removeDocument(doc("d5"));
    expect(await nearestTo(index, 25)).not.toBe("n25");
    expect(built).toBe(false);
    expect(await building).toBe(true);
    expect(await nearestTo(index, 7_001)).toBe("n7001");
    expect(await nearestTo(index, 25)).not.toBe("n25");
    expect(await recall(index)).toBeGreaterThanOrEqual(0.95);
  });

  it("can be cancelled while it is built or measured, and the table is as good as before", async () => {
    const index = await openIndex();
    await index.add(rowsFrom(0, 4_000));
    for (const ms of [0, 5, 50]) {
      const signal = AbortSignal.timeout(ms);
      await expect(index.refresh({ signal })).rejects.toMatchObject({ code: "cancelled" });
      expect(index.tuning).toBeUndefined();
      expect(await recall(index)).toBe(1);
    }
    await index.add(rowsFrom(8_000, 5));
    expect(await index.refresh()).toBe(true);
    expect(await nearestTo(index, 8_001)).toBe("n8001");
  });

  it("renews itself after an ingest and after opening, and gives way to erasing and closing", async () => {
    const faults: unknown[] = [];
    const onFault = (error: unknown): void => void faults.push(error);
    const index = await openIndex({ onFault });
    await index.add(rowsFrom(0, 4_000));
    await index.optimize();
    await expect.poll(() => index.tuning?.rows, { timeout: 20_000 }).toBe(4_000);
    await index.add(rowsFrom(4_000, 3_000));
    await index.optimize();
    await index.removeDocument(doc("d1"));
    await index.erase(new AbortController().signal);
    await expect.poll(() => index.tuning?.rows, { timeout: 20_000 }).toBe(6_300);
    await index.add(rowsFrom(20_000, 8_000));
    await index.optimize();
    await index.close();
    const again = await openIndex({ onFault });
    await expect.poll(() => again.tuning?.rows, { timeout: 20_000 }).toBe(14_300);
    expect(await recall(again)).toBeGreaterThanOrEqual(0.95);
    expect(faults).toEqual([]);
  }, 60_000);

  it("leaves a whole table behind when the process is killed while building", async () => {
    const index = await openIndex();
    await index.add(rowsFrom(0, 4_000));
    await index.close();
    const module = new URL("./VectorIndex.ts", import.meta.url).href;
    const program = `
      const { VectorIndex } = await import(${JSON.stringify(module)});
      const index = await VectorIndex.open(${JSON.stringify({ dir: join(home, "index"), fingerprint, approximateFromRows })});
      process.stdout.write("building");
      await index.refresh();
      setInterval(() => {}, 1000);
    `;
    for (const ms of [20, 120, 400]) {
      const child = spawn(nodeBinary(), ["--input-type=module", "--eval", program], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, ms));
      child.kill("SIGKILL");
      await once(child, "exit");
      const notices: unknown[] = [];
      const again = await openIndex({ onNotice: (notice) => notices.push(notice) });
      expect(notices).toEqual([]);
      expect(await again.countRows()).toBe(4_000);
      expect(await recall(again)).toBeGreaterThanOrEqual(0.95);
      await again.close();
    }
    const last = await openIndex();
    await last.refresh();
    expect(last.tuning?.rows).toBe(4_000);
  }, 60_000);
});
