import { mean } from "./metrics.ts";

/** A difference of two means over the same queries, with its 95 % interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 10_000;
const seed = 1;

/**
 * Mean of `a - b`, query by query, and its percentile bootstrap interval: queries are drawn with
 * replacement, both values of a query together (Efron, Tibshirani, "An Introduction to the Bootstrap",
 * 1993; for search, Sakai, SIGIR 2006). The same values give the same interval.
 *
 * @param a one value for each query; `b` as long as `a`.
 */
export function pairedBootstrap(a: readonly number[], b: readonly number[]): Interval {
  const differences = a.map((value, at) => value - (b[at] ?? 0));
  const count = differences.length;
  if (count === 0) return { mean: 0, low: 0, high: 0 };
  const random = seededRandom(seed);
  const means = new Float64Array(resamples);
  for (let round = 0; round < resamples; round += 1) {
    let sum = 0;
    for (let drawn = 0; drawn < count; drawn += 1) {
      sum += differences[Math.floor(random() * count)] ?? 0;
    }
    means[round] = sum / count;
  }
  means.sort();
  const quantile = (share: number): number => means[Math.floor(share * (resamples - 1))] ?? 0;
  return { mean: mean(differences), low: quantile(0.025), high: quantile(0.975) };
}

/** Numbers from 0 up to 1, the same for the same seed: a linear congruential generator modulo 2^32. */
function seededRandom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
