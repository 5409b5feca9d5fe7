import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ndcgAt, recallAt, reciprocalRankAt } from "./metrics.ts";

const fixture = z
  .object({
    cases: z.array(
      z.object({
        judgements: z.record(z.string(), z.number()),
        ranking: z.array(z.string()),
        ndcg_cut_10: z.number(),
        recall_10: z.number(),
        recip_rank: z.number(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("fixtures/trecEval.json", import.meta.url), "utf8")));

describe("metrics", () => {
  it("are those of a worked example", () => {
    // Grades 3, 2, 3, 0, 1, 2 in this order; one document of grade 2 and one of grade 3 not found.
    const judgements = new Map([
      ["a", 3],
      ["b", 2],
      ["c", 3],
      ["d", 0],
      ["e", 1],
      ["f", 2],
      ["g", 2],
      ["h", 3],
    ]);
    const ranking = ["a", "b", "c", "d", "e", "f"];
    const dcg = 3 + 2 / Math.log2(3) + 3 / 2 + 0 + 1 / Math.log2(6) + 2 / Math.log2(7);
    const ideal =
      3 + 3 / Math.log2(3) + 3 / 2 + 2 / Math.log2(5) + 2 / Math.log2(6) + 2 / Math.log2(7) + 1 / 3;
    expect(ndcgAt(ranking, judgements, 10)).toBeCloseTo(dcg / ideal, 12);
    expect(recallAt(ranking, judgements, 10)).toBeCloseTo(5 / 7, 12);
    expect(recallAt(ranking, judgements, 2)).toBeCloseTo(2 / 7, 12);
    expect(reciprocalRankAt(["d", "x", "c"], judgements, 10)).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRankAt(["d", "x", "c"], judgements, 2)).toBe(0);
  });

  it("are those of trec_eval", () => {
    expect(fixture.cases.length).toBeGreaterThanOrEqual(12);
    for (const one of fixture.cases) {
      const judgements = new Map(Object.entries(one.judgements));
      expect(ndcgAt(one.ranking, judgements, 10)).toBeCloseTo(one.ndcg_cut_10, 10);
      expect(recallAt(one.ranking, judgements, 10)).toBeCloseTo(one.recall_10, 10);
      expect(reciprocalRankAt(one.ranking, judgements, 10)).toBeCloseTo(one.recip_rank, 10);
    }
  });

  it("are 0 where nothing is relevant", () => {
    const judgements = new Map([["a", 0]]);
    expect(ndcgAt(["a"], judgements, 10)).toBe(0);
    expect(recallAt(["a"], judgements, 10)).toBe(0);
    expect(reciprocalRankAt(["a"], judgements, 10)).toBe(0);
  });
});
