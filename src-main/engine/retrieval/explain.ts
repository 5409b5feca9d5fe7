import type { Contribution, Explain } from "./rankedList.ts";

/** A score together with what it is made of. The score is the sum, in the order of the parts. */
export function explain(contributions: readonly Contribution[]): {
  score: number;
  explain: Explain;
} {
  const score = contributions.reduce((sum, part) => sum + part.contribution, 0);
  return { score, explain: { contributions: [...contributions] } };
}

/** The same in words, for a receipt: "3rd by words (BM25 12.4), 1st by meaning (0.71)". */
export function describeExplain(trace: Explain): string {
  if (trace.contributions.length === 0) return "Found by no list";
  return trace.contributions
    .map((part) =>
      part.list === "keyword"
        ? `${ordinal(part.rank)} by words (BM25 ${part.raw.toFixed(1)})`
        : `${ordinal(part.rank)} by meaning (${part.raw.toFixed(2)})`,
    )
    .join(", ");
}

function ordinal(rank: number): string {
  const lastTwo = rank % 100;
  if (lastTwo >= 11 && lastTwo <= 13) return `${rank}th`;
  return `${rank}${["th", "st", "nd", "rd"][rank % 10] ?? "th"}`;
}
