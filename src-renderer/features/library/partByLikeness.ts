import type { Hit } from "../../../src-main/contract/search.ts";

/** Below this share of the greatest likeness, a passage without any of the words says little. */
const leastShare = 0.5;

/**
 * Meaning is compared with every passage, and something is always the most alike: what is far behind that
 * and holds none of the words is shown only to who asks for it.
 */
export function partByLikeness(hits: readonly Hit[]): {
  readonly near: readonly Hit[];
  readonly far: readonly Hit[];
} {
  const most = Math.max(...hits.map(likeness));
  const isFar = (hit: Hit): boolean =>
    hit.highlights.length === 0 && likeness(hit) < leastShare * most;
  return { near: hits.filter((hit) => !isFar(hit)), far: hits.filter(isFar) };
}

/** Cosine of question and passage; 0 where the meaning did not lead to it. */
function likeness({ explain }: Hit): number {
  return explain.contributions.find(({ list }) => list === "vector")?.raw ?? 0;
}
