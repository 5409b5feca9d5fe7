import type { z } from "zod";
import type { metricsSchema } from "../../contract/system.ts";
import { mean, ndcgAt, recallAt, reciprocalRankAt, type Judgements } from "./metrics.ts";

export type RetrievalMetrics = z.infer<typeof metricsSchema>;

/** The metrics of each query, in the order of the queries. */
export type QueryScores = readonly RetrievalMetrics[];

const cut = 10;

/** How good one ranking of documents is, best first and none twice. */
export function scoreRanking(ranking: readonly string[], judgements: Judgements): RetrievalMetrics {
  return {
    ndcgAt10: ndcgAt(ranking, judgements, cut),
    recallAt10: recallAt(ranking, judgements, cut),
    mrrAt10: reciprocalRankAt(ranking, judgements, cut),
    recallAt5: recallAt(ranking, judgements, 5),
  };
}

/** Means over queries; 0 where there are none. */
export function average(scores: QueryScores): RetrievalMetrics {
  const of = (metric: keyof RetrievalMetrics): number => mean(scores.map((one) => one[metric]));
  return {
    ndcgAt10: of("ndcgAt10"),
    recallAt10: of("recallAt10"),
    mrrAt10: of("mrrAt10"),
    recallAt5: of("recallAt5"),
  };
}
