import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkIdSchema, documentIdSchema } from "../../contract/ids.ts";
import type { IndexHit, IndexSearchOptions } from "../index/VectorIndex.ts";
import { HybridRetriever, type RetrieveOptions, type StoredChunk } from "./HybridRetriever.ts";
import { describeExplain } from "./explain.ts";
import { fuse } from "./fuse.ts";
import { toRankedList } from "./rankedList.ts";

function hit(id: string, score: number, version = 1): IndexHit {
  return {
    chunkId: chunkIdSchema.parse(id),
    documentId: documentIdSchema.parse(`doc-of-${id}`),
    version,
    score,
  };
}

describe("fuse", () => {
  it("gives weight / (60 + rank) for each list", () => {
    const lists = [
      toRankedList("keyword", [hit("a", 9), hit("b", 5)], 10),
      toRankedList("vector", [hit("b", 0.8), hit("c", 0.7)], 10),
    ];
    expect(fuse(lists)[0]?.score).toBe(1 / 62 + 1.2 / 61);
    const fused = fuse(lists, { weights: { keyword: 1, vector: 1 } });
    expect(fused.map(({ chunkId, score }) => [chunkId, score])).toEqual([
      ["b", 1 / 62 + 1 / 61],
      ["a", 1 / 61],
      ["c", 1 / 62],
    ]);
    expect(fused[0]?.explain.contributions).toEqual([
      { list: "keyword", rank: 2, raw: 5, contribution: 1 / 62 },
      { list: "vector", rank: 1, raw: 0.8, contribution: 1 / 61 },
    ]);
  });

  it("every score is exactly the sum of its contributions, best first, no chunk twice", () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(ids, ids, fc.double({ min: 0.1, max: 3, noNaN: true }), (a, b, weight) => {
        const list = (name: "keyword" | "vector", from: number[]) =>
          toRankedList(
            name,
            from.map((id, at) => hit(`c${id}`, 100 - at)),
            40,
          );
        const fused = fuse([list("keyword", a), list("vector", b)], {
          weights: { vector: weight },
        });
        for (const [at, one] of fused.entries()) {
          const sum = one.explain.contributions.reduce((t, part) => t + part.contribution, 0);
          expect(one.score).toBe(sum);
          expect(one.score).toBeLessThanOrEqual(fused[at - 1]?.score ?? Infinity);
        }
        expect(new Set(fused.map((one) => one.chunkId))).toEqual(
          new Set([...a, ...b].map((id) => `c${id}`)),
        );
        expect(fused).toHaveLength(new Set([...a, ...b]).size);
      }),
    );
  });

  it("says in words where a hit comes from", () => {
    const [first] = fuse([
      toRankedList("keyword", [hit("x", 3), hit("a", 2.04)], 9),
      toRankedList("vector", [hit("a", 0.718)], 9),
    ]);
    expect(describeExplain(first?.explain ?? { contributions: [] })).toBe(
      "2nd by words (BM25 2.0), 1st by meaning (0.72)",
    );
  });
});

describe("HybridRetriever", () => {
  function retrieverOver(
    keyword: IndexHit[],
    vector: IndexHit[],
    resolve = async (chunkIds: readonly StoredChunk["chunkId"][]): Promise<StoredChunk[]> =>
      chunkIds.map((chunkId) => ({ chunkId, version: 1 })),
  ) {
    const asked: number[] = [];
    const take = (hits: IndexHit[]) => async (_query: unknown, options: IndexSearchOptions) => {
      asked.push(options.limit);
      return hits.slice(0, options.limit);
    };
    const retriever = new HybridRetriever({
      index: { keywordSearch: take(keyword), vectorSearch: take(vector) },
      embed: async (texts) => texts.map(() => Float32Array.of(1)),
      resolve,
    });
    return { asked, find: (options: RetrieveOptions) => retriever.retrieve("question", options) };
  }

  it("searches by words, by meaning, or by both", async () => {
    const { find } = retrieverOver([hit("a", 2), hit("b", 1)], [hit("b", 0.9), hit("c", 0.8)]);
    const idsOf = async (mode?: "keyword" | "vector" | "hybrid"): Promise<string[]> =>
      (await find(mode ? { limit: 5, mode } : { limit: 5 })).map((one) => one.chunkId);
    expect(await idsOf("keyword")).toEqual(["a", "b"]);
    expect(await idsOf("vector")).toEqual(["b", "c"]);
    expect(await idsOf("hybrid")).toEqual(["b", "c", "a"]);
    expect(await idsOf()).toEqual(["b", "c", "a"]);
  });

  it("drops what the store does not know or has in another version, and closes the ranks", async () => {
    const { find } = retrieverOver(
      [hit("gone", 9), hit("old", 8, 1), hit("a", 7), hit("a", 6)],
      [hit("old", 0.9, 2), hit("a", 0.8)],
      async (chunkIds) =>
        chunkIds
          .filter((id) => id !== "gone")
          .map((chunkId) => ({ chunkId, version: chunkId === "old" ? 2 : 1 })),
    );
    const hits = await find({ limit: 5 });
    expect(hits.map((one) => [one.chunkId, one.version])).toEqual([
      ["a", 1],
      ["old", 2],
    ]);
    // "gone" and the older "old" stood before it among the keywords; "old" in its version by meaning.
    expect(hits[0]?.explain.contributions.map((part) => part.rank)).toEqual([1, 2]);
    expect(hits[0]?.chunk).toEqual({ chunkId: "a", version: 1 });
  });

  it("reads deeper where stale hits fill the lists", async () => {
    const stale = Array.from({ length: 500 }, (_, n) => hit(`stale${n}`, 1_000 - n));
    const live = Array.from({ length: 20 }, (_, n) => hit(`live${n}`, 20 - n));
    const { asked, find } = retrieverOver([...stale, ...live], [], async (chunkIds) =>
      chunkIds.filter((id) => id.startsWith("live")).map((chunkId) => ({ chunkId, version: 1 })),
    );
    const hits = await find({ limit: 10 });
    expect(hits.map((one) => one.chunkId)).toEqual(live.slice(0, 10).map((one) => one.chunkId));
    expect(Math.max(...asked)).toBe(1_600);
  });

  it("stops when cancelled", async () => {
    const { find } = retrieverOver([hit("a", 1)], [hit("a", 1)]);
    await expect(find({ limit: 5, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});
