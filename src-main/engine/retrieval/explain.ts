import type { Contribution, Explain } from "./rankedList.ts";
import type { RerankStop } from "./rerank.ts";

/** A score together with what it is made of. The score is the sum, in the order of the parts. */
export function explain(contributions: readonly Contribution[]): {
  score: number;
  explain: Explain;
} {
  const score = contributions.reduce((sum, part) => sum + part.contribution, 0);
  return { score, explain: { contributions: [...contributions] } };
}

/** The same in words, for a receipt: "3rd by words (BM25 12.4), 1st by meaning (0.71), 2nd by like passages (0.64)". */
export function describeExplain(trace: Explain): string {
  if (trace.contributions.length === 0) return "Found by no list";
  const parts = trace.contributions.map(
    (part) => `${ordinal(part.rank)} by ${describe[part.list](part.raw)}`,
  );
  const { reranking } = trace;
  const unread =
    reranking?.stopped && !trace.contributions.some(({ list }) => list === "reranker")
      ? [unreadBecause[reranking.stopped]]
      : [];
  return [...parts, ...unread].join(", ");
}

const describe = {
  keyword: (raw) => `words (BM25 ${raw.toFixed(1)})`,
  vector: (raw) => `meaning (${raw.toFixed(2)})`,
  neighbours: (raw) => `like passages (${raw.toFixed(2)})`,
  reranker: (raw) => `reading (${raw.toFixed(2)})`,
} as const satisfies Record<Contribution["list"], (raw: number) => string>;

const unreadBecause = {
  time: "not read again for lack of time",
  loading: "not read again while the reranker was loading",
  failed: "not read again since the reranker failed",
} as const satisfies Record<RerankStop, string>;

function ordinal(rank: number): string {
  const lastTwo = rank % 100;
  if (lastTwo >= 11 && lastTwo <= 13) return `${rank}th`;
  return `${rank}${["th", "st", "nd", "rd"][rank % 10] ?? "th"}`;
}
