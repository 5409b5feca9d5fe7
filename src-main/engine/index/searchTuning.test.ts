import { describe, expect, it } from "vitest";
import { chooseSetting, recallOf } from "./searchTuning.ts";

describe("chooseSetting", () => {
  /** An index that finds all once it looks at so many partitions and candidates. */
  const needing = (nprobes: number, candidates: number) => {
    const tried: string[] = [];
    return {
      tried,
      measure: async (setting: { nprobes: number; candidates: number }): Promise<number[]> => {
        tried.push(`${setting.nprobes}/${setting.candidates}`);
        const recall =
          Math.min(1, setting.nprobes / nprobes) * Math.min(1, setting.candidates / candidates);
        return [recall, recall, recall];
      },
    };
  };

  it("takes the fewest candidates, then the fewest partitions, that reach the target", async () => {
    const { tried, measure } = needing(20, 290);
    const setting = await chooseSetting(100, 0.99, measure);
    expect(setting).toEqual({ nprobes: 32, candidates: 300, recall: 1 });
    expect(tried).toEqual(["100/50", "100/300", "4/300", "8/300", "16/300", "32/300"]);
  });

  it("looks at most where nothing reaches the target, and says what that gives", async () => {
    const setting = await chooseSetting(10, 0.99, needing(10, 3_200).measure);
    expect(setting).toEqual({ nprobes: 10, candidates: 1_600, recall: 0.5 });
  });

  it("does not trust a mean that a few lucky questions have made", async () => {
    const measure = async ({ nprobes }: { nprobes: number }): Promise<number[]> =>
      nprobes < 16 ? [...Array.from({ length: 24 }, () => 1), 0.9, 0.9] : [1, 1, 1];
    // The mean is 0.992, give or take 0.005.
    expect(await chooseSetting(100, 0.99, measure)).toMatchObject({ nprobes: 16, recall: 1 });
  });

  it("looks at the one partition of a small table", async () => {
    const setting = await chooseSetting(1, 0.99, needing(1, 1).measure);
    expect(setting).toEqual({ nprobes: 1, candidates: 50, recall: 1 });
  });
});

describe("recallOf", () => {
  it("counts what is as near as the true nearest, whichever rows that are", () => {
    expect(recallOf([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])).toBe(1);
    expect(recallOf([0.1, 0.2, 0.3], [0.1, 0.3, 0.4])).toBeCloseTo(2 / 3);
    expect(recallOf([0.1, 0.2, 0.2], [0.1, 0.2, 0.2, 0.2])).toBe(1);
    expect(recallOf([0.1, 0.2], [])).toBe(0);
    expect(recallOf([], [])).toBe(1);
  });
});
