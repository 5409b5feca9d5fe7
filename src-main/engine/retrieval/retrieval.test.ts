import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkIdSchema } from "../../contract/ids.ts";
import type { IndexHit, IndexSearchOptions } from "../index/VectorIndex.ts";
import { HybridRetriever, type RetrieveOptions, type StoredChunk } from "./HybridRetriever.ts";
import { fuse } from "./fuse.ts";
import { toRankedList } from "./rankedList.ts";
import { defaultSettings, plainFusion } from "./settings.ts";
import { smooth } from "./smooth.ts";

function hit(id: string, score: number, vector?: number[]): IndexHit {
  return {
    ...(vector ? { vector: Float32Array.from(vector) } : {}),
    chunkId: chunkIdSchema.parse(id),
    score,
  };
}

describe("fuse", () => {
  const lists = [
    toRankedList("keyword", [hit("a", 8), hit("b", 6), hit("c", 2)], 10),
    toRankedList("vector", [hit("b", 0.8), hit("d", 0.4), hit("e", -0.1)], 10),
  ];

  it("by score: each list gives its share of score / best score", () => {
    const fused = fuse(lists, { fusion: "score", vectorShare: 0.5 });
    expect(fused.map(({ chunkId, score }) => [chunkId, score])).toEqual([
      ["b", 0.5 * (6 / 8) + 0.5],
      ["a", 0.5],
      ["d", 0.25],
      ["c", 0.5 * (2 / 8)],
      ["e", 0],
    ]);
    expect(fused[0]?.explain.contributions).toEqual([
      { list: "keyword", rank: 2, raw: 6, contribution: 0.375 },
      { list: "vector", rank: 1, raw: 0.8, contribution: 0.5 },
    ]);
  });

  it("by rank: each list gives its share of 1 / (60 + rank)", () => {
    const fused = fuse(lists, { fusion: "rank", vectorShare: 0.5 });
    expect(fused.slice(0, 2).map(({ chunkId, score }) => [chunkId, score])).toEqual([
      ["b", 0.5 / 62 + 0.5 / 61],
      ["a", 0.5 / 61],
    ]);
  });

  it("a clear lead in one list outweighs being somewhere in both, by score alone", () => {
    const far = [
      toRankedList("keyword", [hit("exact", 20), hit("x", 3), hit("both", 2.9)], 10),
      toRankedList("vector", [hit("y", 0.5), hit("both", 0.4)], 10),
    ];
    const first = (fusion: "score" | "rank") => fuse(far, { fusion, vectorShare: 0.3 })[0]?.chunkId;
    expect(first("score")).toBe("exact");
    expect(first("rank")).toBe("both");
  });

  it("a list that stands alone has the whole share, also where nothing in it is near", () => {
    expect(fuse(lists.slice(1)).map(({ score }) => score)).toEqual([1, 0.5, 0]);
    const opposite = [toRankedList("vector", [hit("a", -0.2), hit("b", -0.3)], 10)];
    expect(fuse(opposite).map(({ score }) => score)).toEqual([0, 0]);
    expect(fuse([toRankedList("keyword", [], 10)])).toEqual([]);
  });

  it("every score is exactly the sum of its contributions, best first, no chunk twice", () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(ids, ids, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, vectorShare) => {
        const list = (name: "keyword" | "vector", from: number[]) =>
          toRankedList(
            name,
            from.map((id, at) => hit(`c${id}`, 100 - at, [1, id, id % 7])),
            40,
          );
        const fused = smooth(
          fuse([list("keyword", a), list("vector", b)], { fusion: "score", vectorShare }),
          { neighbourShare: 0.4, neighbours: 3 },
        );
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
});

describe("smooth", () => {
  const east = [1, 0];
  const north = [0, 1];
  const settings = { neighbourShare: 0.4, neighbours: 1 };

  it("gives each hit a share of what its nearest neighbours score", () => {
    const fused = fuse([
      toRankedList("vector", [hit("a", 1, east), hit("lone", 0.6, north), hit("b", 0.5, east)], 10),
    ]);
    const smoothed = smooth(fused, settings);
    // "b" says what "a" says, and so passes what stands alone.
    expect(smoothed.map(({ chunkId }) => chunkId)).toEqual(["a", "b", "lone"]);
    // a = 0.6 * 1 + 0.4 * b and b = 0.6 * 0.5 + 0.4 * a
    const a = (0.6 + 0.4 * 0.3) / (1 - 0.16);
    const b = 0.3 + 0.4 * a;
    for (const [at, score] of [a, b, 0.6 * 0.6].entries()) {
      expect(smoothed[at]?.score).toBeCloseTo(score, 3);
    }
    const [own, neighbours] = smoothed[1]?.explain.contributions ?? [];
    expect(own).toEqual({ list: "vector", rank: 3, raw: 0.5, contribution: 0.3 });
    expect(neighbours).toMatchObject({ list: "neighbours", rank: 1 });
    expect(neighbours?.raw).toBeCloseTo(a, 3);
    expect(smoothed[2]?.explain.contributions).toHaveLength(1);
  });

  it("weighs several neighbours by likeness, whatever the length of their vectors", () => {
    const fused = fuse([
      toRankedList(
        "vector",
        [hit("a", 1, [3, 0]), hit("b", 0.5, [4, 3]), hit("c", 0.25, [0, 9])],
        10,
      ),
    ]);
    const [first, second] = smooth(fused, { neighbourShare: 0.5, neighbours: 2 });
    // cos(a, b) = 0.8, cos(a, c) = 0, cos(b, c) = 0.6
    // Solved: a = 0.5 + 0.5 b, c = 0.125 + 0.5 b, b = 0.25 + 0.5 (0.8 a + 0.6 c) / 1.4
    const b = (0.25 + (0.4 * 0.5 + 0.3 * 0.125) / 1.4) / (1 - (0.4 * 0.5 + 0.3 * 0.5) / 1.4);
    expect(first?.score).toBeCloseTo(0.5 + 0.5 * b, 3);
    expect(second?.score).toBeCloseTo(b, 3);
  });

  it("changes nothing where it is switched off, and copes without vectors", () => {
    const fused = fuse([toRankedList("keyword", [hit("a", 2), hit("b", 1)], 10)]);
    expect(smooth(fused, { ...settings, neighbourShare: 0 })).toEqual(fused);
    expect(smooth(fused, settings).map(({ score }) => score)).toEqual([0.6, 0.3]);
  });

  it("keeps what lies behind the compared hits behind them", () => {
    const many = Array.from({ length: 150 }, (_, n) => hit(`c${n}`, 150 - n, [1, n]));
    const smoothed = smooth(fuse([toRankedList("vector", many, 150)]), settings);
    expect(smoothed.slice(64).map(({ chunkId }) => chunkId)).toEqual(
      many.slice(64).map(({ chunkId }) => chunkId),
    );
  });
});

describe("HybridRetriever", () => {
  function retrieverOver(
    keyword: IndexHit[],
    vector: IndexHit[],
    resolve = async (chunkIds: readonly StoredChunk["chunkId"][]): Promise<StoredChunk[]> =>
      chunkIds.map((chunkId) => ({ chunkId })),
    settings = plainFusion,
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
      settings,
    });
    return { asked, find: (options: RetrieveOptions) => retriever.retrieve("question", options) };
  }

  it("searches by words, by meaning, or by both", async () => {
    const { find } = retrieverOver([hit("a", 2), hit("b", 1)], [hit("b", 0.9), hit("c", 0.8)]);
    const idsOf = async (mode?: "keyword" | "vector" | "hybrid"): Promise<string[]> =>
      (await find(mode ? { limit: 5, mode } : { limit: 5 })).map((one) => one.chunkId);
    expect(await idsOf("keyword")).toEqual(["a", "b"]);
    expect(await idsOf("vector")).toEqual(["b", "c"]);
    expect(await idsOf("hybrid")).toEqual(["b", "a", "c"]);
    expect(await idsOf()).toEqual(["b", "a", "c"]);
  });

  it("drops what the store does not know, and closes the ranks", async () => {
    const { find } = retrieverOver(
      [hit("gone", 9), hit("b:1", 8), hit("a", 7), hit("a", 6)],
      [hit("b:2", 0.9), hit("a", 0.8)],
      // Of "b" the store has another version than the first.
      async (chunkIds) =>
        chunkIds.filter((id) => id === "a" || id === "b:2").map((chunkId) => ({ chunkId })),
    );
    const hits = await find({ limit: 5 });
    expect(hits.map(({ chunkId }) => chunkId)).toEqual(["a", "b:2"]);
    // "gone" and the older "b" stood before it among the keywords; "b" in its version by meaning.
    expect(hits[0]?.explain.contributions.map((part) => part.rank)).toEqual([1, 2]);
    expect(hits[0]?.chunk).toEqual({ chunkId: "a" });
  });

  it("reads deeper where stale hits fill the lists", async () => {
    const stale = Array.from({ length: 500 }, (_, n) => hit(`stale${n}`, 1_000 - n));
    const live = Array.from({ length: 20 }, (_, n) => hit(`live${n}`, 20 - n));
    const { asked, find } = retrieverOver([...stale, ...live], [], async (chunkIds) =>
      chunkIds.filter((id) => id.startsWith("live")).map((chunkId) => ({ chunkId })),
    );
    const hits = await find({ limit: 10 });
    expect(hits.map((one) => one.chunkId)).toEqual(live.slice(0, 10).map((one) => one.chunkId));
    expect(Math.max(...asked)).toBe(1_600);
  });

  it("lets neighbours count in the joined list alone, and keeps their vectors to itself", async () => {
    const { find } = retrieverOver(
      [hit("a", 2, [1, 0]), hit("b", 1, [1, 0])],
      [hit("b", 0.9, [1, 0])],
      undefined,
      defaultSettings,
    );
    const listsOf = async (mode: "keyword" | "hybrid"): Promise<string[]> =>
      (await find({ limit: 5, mode })).flatMap((one) => {
        expect(one).not.toHaveProperty("vector");
        return one.explain.contributions.map(({ list }) => list);
      });
    expect(await listsOf("keyword")).not.toContain("neighbours");
    expect(await listsOf("hybrid")).toContain("neighbours");
  });

  it("stops when cancelled", async () => {
    const { find } = retrieverOver([hit("a", 1)], [hit("a", 1)]);
    await expect(find({ limit: 5, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});
