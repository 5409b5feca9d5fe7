import { median } from "../../src-main/engine/bench/median.ts";
import type { Reach } from "./Row.ts";

/** The same work measured on both sides, one right after the other. */
export interface Pair {
  ours: number;
  theirs: number;
}

/** The paired ratios ours ÷ theirs. */
export interface RatioSummary {
  median: number;
  low: number;
  high: number;
  n: number;
}

/** `unclear`: the median misses, but not all pairs do. */
export type Verdict = "reached" | "missed" | "unclear";

/** @throws RangeError without any pair, or when a side is not a number above 0 */
export function summarizeRatios(pairs: readonly Pair[]): RatioSummary {
  const ratios = pairs.map(({ ours, theirs }) => {
    if (!(ours > 0 && theirs > 0)) throw new RangeError(`No ratio of ${ours} to ${theirs}.`);
    return ours / theirs;
  });
  return {
    median: median(ratios),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
    n: ratios.length,
  };
}

/**
 * Whether a ratio is where it has to be. Noise alone must not fail it: it is missed only when every
 * pair misses.
 * @param other the median of the row that a `within` names
 */
export function judge(reach: Reach, ratio: RatioSummary, other?: number): Verdict {
  const fits = boundsOf(reach, other);
  if (ratio.median >= fits.from && ratio.median <= fits.to) return "reached";
  return ratio.high < fits.from || ratio.low > fits.to ? "missed" : "unclear";
}

function boundsOf(reach: Reach, other: number | undefined): { from: number; to: number } {
  if (reach.kind === "at-least") return { from: reach.value, to: Number.POSITIVE_INFINITY };
  if (reach.kind === "at-most") return { from: 0, to: reach.value };
  if (other === undefined) throw new RangeError(`The row “${reach.of}” was not measured.`);
  // To be better than the other row is no failure.
  return { from: other - reach.value, to: Number.POSITIVE_INFINITY };
}
