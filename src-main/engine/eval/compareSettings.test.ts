import { describe, expect, it } from "vitest";
import type { RetrievalSettings } from "../retrieval/settings.ts";
import { pairedBootstrap } from "./bootstrap.ts";
import { crossValidate } from "./compareSettings.ts";

describe("pairedBootstrap", () => {
  it("is exact where all differences are the same", () => {
    const { mean, low, high } = pairedBootstrap([0.5, 0.75, 1], [0.25, 0.5, 0.75]);
    expect([mean, low, high]).toEqual([0.25, 0.25, 0.25]);
  });

  it("comes near the interval of the normal distribution", () => {
    // 200 queries gain 1, 200 lose 1: the mean's standard error is 1 / sqrt(400) = 0.05.
    const a = Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? 1 : -1));
    const { mean, low, high } = pairedBootstrap(
      a,
      a.map(() => 0),
    );
    expect(mean).toBe(0);
    expect(low).toBeCloseTo(-1.96 * 0.05, 2);
    expect(high).toBeCloseTo(1.96 * 0.05, 2);
    expect(
      pairedBootstrap(
        a,
        a.map(() => 0),
      ),
    ).toEqual({ mean, low, high });
  });

  it("has nothing to say of no queries", () => {
    expect(pairedBootstrap([], [])).toEqual({ mean: 0, low: 0, high: 0 });
  });
});

describe("crossValidate", () => {
  const metrics = (ndcgAt10: number) => ({ ndcgAt10, recallAt10: 0, mrrAt10: 0, recallAt5: 0 });

  it("reports each fold with what did best on the others, not on itself", async () => {
    // Even queries want many neighbours, odd ones none: the other fold always misleads.
    const scoreWith = async ({ fusion, neighbourShare }: RetrievalSettings) =>
      [0, 1, 2, 3].map((query) => {
        if (fusion === "rank") return metrics(0.5);
        return metrics(query % 2 === 0 ? neighbourShare : 1 - neighbourShare);
      });
    const result = await crossValidate(scoreWith, 2);
    expect(result.chosen.map(({ neighbourShare }) => neighbourShare)).toEqual([0, 0.5]);
    expect(result.metrics.ndcgAt10).toBeCloseTo((0 + 0.5) / 2, 12);
    expect(result.gain.ndcgAt10.mean).toBeCloseTo(0.25 - 0.5, 12);
  });
});
