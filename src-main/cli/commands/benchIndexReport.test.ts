import { describe, expect, it } from "vitest";
import {
  formatIndexReport,
  missedGoals,
  recallAt10,
  type IndexReport,
} from "./benchIndexReport.ts";

const good: Omit<IndexReport, "missed"> = {
  chunks: 100_000,
  flat: { p50Ms: 64, p95Ms: 80, firstMs: 90 },
  vector: { p50Ms: 4, p95Ms: 6, firstMs: 20, recallAt10: 0.995 },
  keyword: { p50Ms: 2, p95Ms: 3, firstMs: 10 },
  hybrid: { p50Ms: 9, p95Ms: 12, firstMs: 40, recallAt10: 0.999 },
  ingestMs: 5_000,
  indexMs: 3_000,
  openMs: 30,
  diskMb: 300,
  rssMb: 240,
  appends: { rows: 200, beforeP95Ms: 10, afterP95Ms: 12, ratio: 1.2 },
  tuning: { bits: 4, nprobes: 8, candidates: 30, recall: 0.996 },
};

const peers: NonNullable<IndexReport["peers"]> = {
  chroma: { p50Ms: 2, p95Ms: 3, firstMs: 9, recallAt10: 0.99, addMs: 82_000, rssMb: 730 },
  faiss: { p50Ms: 1, p95Ms: 2, firstMs: 2, recallAt10: 0.98, addMs: 2_000, rssMb: 200 },
  fts5: { p50Ms: 2, p95Ms: 3, firstMs: 2, addMs: 1_000 },
};

describe("missedGoals", () => {
  it("has nothing to say where all is reached", () => {
    expect(missedGoals({ ...good, peers })).toEqual([]);
  });

  it.each<[string, Partial<IndexReport>]>([
    ["vector search finds less", { vector: { ...good.vector, recallAt10: 0.98 } }],
    ["hybrid search finds less", { hybrid: { ...good.hybrid, recallAt10: 0.9 } }],
    ["hybrid search takes more", { hybrid: { ...good.hybrid, p50Ms: 16 } }],
    ["the first query takes", { hybrid: { ...good.hybrid, firstMs: 120 } }],
    ["a process that only searches", { rssMb: 251 }],
    ["20 additions", { appends: { ...good.appends, ratio: 1.4 } }],
    ["adding takes", { peers, ingestMs: 6_000 }],
    ["vector search takes more than 3", { peers, vector: { ...good.vector, p50Ms: 6.1 } }],
    ["chromadb finds more", { peers: { ...peers, chroma: { ...peers.chroma, recallAt10: 1 } } }],
    ["chromadb takes less", { peers: { ...peers, chroma: { ...peers.chroma, rssMb: 200 } } }],
    ["keyword search takes", { peers, keyword: { ...good.keyword, p50Ms: 4.1 } }],
  ])("tells that %s", (miss, change) => {
    const vector = { ...good.vector, recallAt10: 0.994 };
    const missed = missedGoals({ ...good, vector, ...change });
    expect(missed.filter((line) => line.startsWith(miss))).toHaveLength(1);
    expect(missed).toHaveLength(1);
  });

  it("measures a large table by comparing every vector", () => {
    const large = { ...good, chunks: 1_000_000, rssMb: 500, hybrid: { ...good.hybrid, p50Ms: 30 } };
    expect(missedGoals({ ...large, vector: { ...good.vector, recallAt10: 0.96 } })).toEqual([
      "vector search takes more than 0.06 of comparing every vector",
    ]);
    expect(missedGoals({ ...large, flat: { ...good.flat, p50Ms: 617 } })).toEqual([]);
  });
});

describe("recallAt10", () => {
  it("is the share of what is wanted that was found, in any order", () => {
    expect(
      recallAt10(
        [
          ["a", "b"],
          ["c", "d"],
        ],
        [["b", "a"], ["c"]],
      ),
    ).toBe(0.75);
    expect(recallAt10([["a"]], [])).toBe(0);
    expect(recallAt10([], [])).toBe(0);
  });
});

describe("formatIndexReport", () => {
  it("names each way of searching, the others where they were measured, and what was missed", () => {
    const text = formatIndexReport({ ...good, peers, missed: ["this"] });
    expect(text).toMatch(/^hybrid +9\.0 +12\.0 +40\.0 +0\.999$/m);
    expect(text).toMatch(/^chromadb +2\.0/m);
    expect(text).toContain("4 bits, 8 partitions, 30 candidates");
    expect(text).toMatch(/^Missed: this$/m);
    expect(formatIndexReport({ ...good, tuning: null, missed: [] })).not.toContain("chromadb");
  });
});
