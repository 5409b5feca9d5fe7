import type { Contribution, Explain } from "./rankedList.ts";

/** A score together with what it is made of. The score is the sum, in the order of the parts. */
export function explain(contributions: readonly Contribution[]): {
  score: number;
  explain: Explain;
} {
  const score = contributions.reduce((sum, part) => sum + part.contribution, 0);
  return { score, explain: { contributions: [...contributions] } };
}
