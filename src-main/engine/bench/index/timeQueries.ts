import type { Timings } from "../../../contract/indexBench.ts";

/**
 * Runs queries one after the other. The first is told apart: it finds nothing in memory. The median is
 * taken of the others.
 */
export async function timeQueries<T>(
  count: number,
  ask: (number: number) => Promise<T>,
): Promise<{ timings: Timings; times: number[]; results: T[] }> {
  const all: number[] = [];
  const results: T[] = [];
  for (let number = 0; number < count; number += 1) {
    const begun = performance.now();
    results.push(await ask(number));
    all.push(performance.now() - begun);
  }
  const [firstMs = 0, ...times] = all;
  const timings = { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95), firstMs };
  return { timings, times, results };
}

/** The value that so large a share of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
