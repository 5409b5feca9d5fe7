/** Judged relevance of documents for one query: grade by document id. Grades of 0 or less are irrelevant. */
export type Judgements = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first `cut` documents, as trec_eval's `ndcg_cut`: the
 * gain is the grade itself, the discount log2(rank + 1), and the ideal is taken from all judgements.
 */
export function ndcgAt(ranking: readonly string[], judgements: Judgements, cut: number): number {
  const gains = ranking.slice(0, cut).map((id) => Math.max(0, judgements.get(id) ?? 0));
  const ideal = [...judgements.values()]
    .filter((grade) => grade > 0)
    .sort((a, b) => b - a)
    .slice(0, cut);
  const best = discounted(ideal);
  return best === 0 ? 0 : discounted(gains) / best;
}

/** Share of the relevant documents that is among the first `cut`, as trec_eval's `recall`. */
export function recallAt(ranking: readonly string[], judgements: Judgements, cut: number): number {
  const relevant = countRelevant(judgements);
  if (relevant === 0) return 0;
  return ranking.slice(0, cut).filter((id) => isRelevant(judgements, id)).length / relevant;
}

/** 1 / rank of the first relevant document among the first `cut`, else 0; trec_eval's `recip_rank` on a ranking of that length. */
export function reciprocalRankAt(
  ranking: readonly string[],
  judgements: Judgements,
  cut: number,
): number {
  const at = ranking.slice(0, cut).findIndex((id) => isRelevant(judgements, id));
  return at === -1 ? 0 : 1 / (at + 1);
}

export function countRelevant(judgements: Judgements): number {
  return [...judgements.values()].filter((grade) => grade > 0).length;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function isRelevant(judgements: Judgements, id: string): boolean {
  return (judgements.get(id) ?? 0) > 0;
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);
}
