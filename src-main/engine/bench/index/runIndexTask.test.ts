import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { indexBenchAnswers, type IndexBenchTask } from "../../../contract/indexBench.ts";
import { ClusteredChunks } from "./clusteredChunks.ts";
import { runIndexTask } from "./runIndexTask.ts";
import { percentile, timeQueries } from "./timeQueries.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "hearth-bench-index-"));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

describe("runIndexTask", () => {
  it("builds, searches as the product does, and finds what comparing every vector finds", async () => {
    const size = { dir: join(dir, "index"), chunks: 1_500, queries: 6 };
    const run = (task: IndexBenchTask): Promise<unknown> => runIndexTask(task, () => undefined);
    const built = indexBenchAnswers.build.parse(await run({ task: "build", ...size }));
    expect(built.diskBytes).toBeGreaterThan(size.chunks * 384 * 4);
    const exact = indexBenchAnswers.exact.parse(await run({ task: "exact", ...size }));
    const searched = async (mode: "vector" | "keyword" | "hybrid"): Promise<string[][]> =>
      indexBenchAnswers.search.parse(await run({ task: "search", mode, ...size })).found;
    // So few are all compared.
    expect(await searched("vector")).toEqual(exact.vector);
    expect(await searched("hybrid")).toEqual(exact.hybrid);
    expect((await searched("keyword")).every((ids) => ids.length === 10)).toBe(true);
    const appended = indexBenchAnswers.append.parse(await run({ task: "append", ...size }));
    expect(appended.afterP95Ms).toBeGreaterThan(0);
  }, 30_000);
});

describe("ClusteredChunks", () => {
  it("makes the same chunks each time, in topics, and questions that are none of them", () => {
    const source = new ClusteredChunks(400);
    const rows = Array.from({ length: 400 }, (_, number) => source.row(number));
    expect(new ClusteredChunks(400).row(7)).toEqual(rows[7]);
    const nearest = (vector: Float32Array): number =>
      Math.max(...rows.map((row) => cosine(vector, row.vector)));
    for (let number = 0; number < 10; number += 1) {
      const { vector, text } = source.query(number);
      expect(nearest(vector)).toBeGreaterThan(0.4);
      expect(nearest(vector)).toBeLessThan(0.9);
      expect(text.split(" ")).toHaveLength(5);
    }
    expect(new Set(rows.map(({ text }) => text)).size).toBe(400);
  });
});

describe("timeQueries", () => {
  it("asks in order and tells the first apart", async () => {
    const asked: number[] = [];
    const { results, times } = await timeQueries(4, async (number) => asked.push(number));
    expect(asked).toEqual([0, 1, 2, 3]);
    expect(results).toEqual([1, 2, 3, 4]);
    expect(times).toHaveLength(3);
  });

  it("takes the value that so many do not exceed", () => {
    expect(percentile([5, 1, 3, 2, 4], 0.5)).toBe(3);
    expect(percentile([5, 1, 3, 2, 4], 0.95)).toBe(5);
    expect(percentile([], 0.5)).toBe(0);
  });
});

function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let left = 0;
  let right = 0;
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    dot += value * other;
    left += value * value;
    right += other * other;
  }
  return dot / Math.sqrt(left * right);
}
