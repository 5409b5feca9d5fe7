import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import { chunkIdSchema, documentIdSchema } from "../../contract/ids.ts";
import { modelSchema, type ModelsState } from "../../contract/models.ts";
import { Cell } from "../core/Cell.ts";
import type { InferenceBackend } from "../llama/InferenceBackend.ts";
import { explain } from "./explain.ts";
import { ModelReranker } from "./ModelReranker.ts";
import type { FusedHit } from "./rankedList.ts";
import { rerank } from "./rerank.ts";

function hits(...scores: number[]): FusedHit[] {
  return scores.map((score, at) => ({
    chunkId: chunkIdSchema.parse(`c${at}`),
    documentId: documentIdSchema.parse("d"),
    ...explain([{ list: "keyword", rank: at + 1, raw: score, contribution: score }]),
  }));
}

describe("rerank", () => {
  it("puts what the reranker finds likely first, on the scale of the best hit", () => {
    const ranked = rerank(
      hits(0.8, 0.6, 0.4),
      3,
      { scores: [0.1, 0.2, 0.9], stopped: null },
      { rerankShare: 0.5 },
    );
    expect(ranked.map(({ chunkId }) => chunkId)).toEqual(["c2", "c0", "c1"]);
    expect(ranked[0]?.score).toBeCloseTo(0.5 * 0.4 + 0.5 * 0.8 * 0.9, 12);
    expect(ranked[0]?.explain.contributions.at(-1)).toMatchObject({
      list: "reranker",
      rank: 1,
      raw: 0.9,
    });
  });

  it("leaves what was not read where it was, and says why it was not", () => {
    const ranked = rerank(
      hits(0.8, 0.6, 0.4),
      3,
      { scores: [0.01], stopped: "time" },
      { rerankShare: 0.75 },
    );
    expect(ranked.map(({ chunkId, score }) => [chunkId, score])).toEqual([
      ["c1", 0.6],
      ["c2", 0.4],
      ["c0", expect.closeTo(0.25 * 0.8 + 0.75 * 0.8 * 0.01, 12) as number],
    ]);
    for (const hit of ranked) {
      expect(hit.explain.reranking).toEqual({ read: 1, of: 3, stopped: "time" });
    }
    const lists = ranked.map(({ explain: { contributions } }) => contributions.map((c) => c.list));
    expect(lists).toEqual([["keyword"], ["keyword"], ["keyword", "reranker"]]);
  });

  it("every score is exactly the sum of its contributions", () => {
    const numbers = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(
        numbers,
        numbers,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b, rerankShare) => {
          const list = hits(...a.toSorted((x, y) => y - x));
          const scores = b.slice(0, list.length);
          const ranked = rerank(list, list.length, { scores, stopped: null }, { rerankShare });
          expect(new Set(ranked.map(({ chunkId }) => chunkId)).size).toBe(list.length);
          for (const { score, explain: trace } of ranked) {
            expect(trace.contributions.reduce((sum, part) => sum + part.contribution, 0)).toBe(
              score,
            );
          }
        },
      ),
    );
  });
});

describe("ModelReranker", () => {
  const model = modelSchema.parse({
    id: "ranker.gguf",
    name: "Ranker",
    path: "ranker.gguf",
    kind: "reranker",
    architecture: "bert",
    parameters: 1,
    quantization: "F16",
    bytes: 1,
    contextLength: 512,
    hasChatTemplate: false,
    source: "",
  });
  type Rank = InferenceBackend["rank"];
  type Use = ConstructorParameters<typeof ModelReranker>[0]["use"];

  function setUp(
    rank: Rank,
    options: { loading?: Promise<void>; budgetMs?: number; off?: boolean } = {},
  ) {
    const state = new Cell({
      models: [model],
      rerankerModelId: options.off ? null : model.id,
    } as unknown as ModelsState);
    const use: Use = async (_model, purpose, work) => {
      expect(purpose).toBe("reranking");
      await options.loading;
      return await work({ rank } as unknown as InferenceBackend);
    };
    return new ModelReranker({ state, use }, { budgetMs: options.budgetMs ?? 5_000 });
  }
  const passages = Array.from({ length: 10 }, (_, n) => String(n / 10));
  const read: Rank = async (_question, texts) => ({
    scores: texts.map(Number),
    truncatedTexts: 0,
    tokens: 0,
  });

  it("reads all passages in order, where there is time", async () => {
    const { current } = setUp(read);
    const result = await current?.("why", passages, {});
    expect(result).toEqual({ scores: passages.map(Number), stopped: null });
  });

  it("is not there where none is chosen", () => {
    expect(setUp(read, { off: true }).current).toBeUndefined();
  });

  it("begins nothing that would end too late", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const slow: Rank = async (question, texts, options) => {
        vi.advanceTimersByTime(400);
        return await read(question, texts, options);
      };
      const result = await setUp(slow, { budgetMs: 1_000 }).current?.("why", passages, {});
      expect(result).toEqual({ scores: passages.slice(0, 8).map(Number), stopped: "time" });
    } finally {
      vi.useRealTimers();
    }
  });

  it("stops waiting for cores when its time is up, and keeps what it has read", async () => {
    let calls = 0;
    const held: Rank = async (question, texts, options) => {
      calls += 1;
      if (calls === 1) return await read(question, texts, options);
      return await new Promise((_resolve, reject) =>
        options?.signal?.addEventListener("abort", () => reject(cancelledError())),
      );
    };
    const result = await setUp(held, { budgetMs: 60 }).current?.("why", passages, {});
    expect(result).toEqual({ scores: passages.slice(0, 4).map(Number), stopped: "time" });
  });

  it("does without a model that is still loading, which reads nothing for nobody afterwards", async () => {
    const loading = Promise.withResolvers<void>();
    const rank = vi.fn<Rank>(read);
    const { current } = setUp(rank, { loading: loading.promise, budgetMs: 40 });
    expect(await current?.("why", passages, {})).toEqual({ scores: [], stopped: "loading" });
    loading.resolve();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(rank).not.toHaveBeenCalled();
  });

  it("does without one that fails, and keeps what it had read", async () => {
    let calls = 0;
    const dying: Rank = async (question, texts, options) => {
      calls += 1;
      if (calls > 1) throw new HearthError({ code: "model-died", title: "It stopped." });
      return await read(question, texts, options);
    };
    const result = await setUp(dying).current?.("why", passages, {});
    expect(result).toEqual({ scores: passages.slice(0, 4).map(Number), stopped: "failed" });
  });
});
