import { describe, expect, it } from "vitest";
import { auroc, fitLogistic, scoreOf } from "./fitLogistic.ts";

describe("fitLogistic", () => {
  it("finds the weights that made the data, and keeps the useless ones at 0", () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const examples = Array.from({ length: 6_000 }, () => {
      const features = [random(), random(), random()];
      const likelihood = 1 / (1 + Math.exp(-(-2 + 4 * (features[0] ?? 0) - (features[2] ?? 0))));
      return { features, positive: random() < likelihood, weight: 1 };
    });
    const fit = fitLogistic(examples);
    expect(fit.weights[0]).toBeCloseTo(4, 0);
    expect(fit.weights[1]).toBeLessThan(0.3);
    expect(fit.weights[2]).toBe(0);
    expect(scoreOf(fit, [1, 0, 0])).toBeGreaterThan(scoreOf(fit, [0, 0, 0]));
  });
});

describe("auroc", () => {
  it("is 1 when all positives are above, a half when nothing tells them apart", () => {
    expect(auroc([0.8, 0.9], [0.1, 0.2, 0.3])).toBe(1);
    expect(auroc([0.1, 0.4], [0.2, 0.3])).toBe(0.5);
  });
});
