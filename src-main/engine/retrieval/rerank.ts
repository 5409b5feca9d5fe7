import { explain } from "./explain.ts";
import { byScore } from "./fuse.ts";
import type { FusedHit } from "./rankedList.ts";
import type { RetrievalSettings } from "./settings.ts";

/** Why a reranker did not come to all passages: its time was up, it was still loading, or it failed. */
export type RerankStop = "time" | "loading" | "failed";

/** What a reranker says of the first passages that it was given; fewer than all where it stopped. */
export interface RerankScores {
  /** How likely each answers the question, from 0 to 1. */
  readonly scores: readonly number[];
  readonly stopped: RerankStop | null;
}

/** Reads question and passages together, the first passage first, and gives up when its time is up. */
export type Rerank = (
  question: string,
  passages: readonly string[],
  options: { readonly signal?: AbortSignal },
) => Promise<RerankScores>;

/**
 * Orders hits by what a reranker says of them: it sees question and passage together, where the lists
 * only compared what they had made of each alone. A hit that it has read keeps a share of its score, and
 * gets for the rest what the reranker gives it, on the scale of the best hit. One that it has not read
 * keeps its score as it is, so it stands above those that the reranker finds wanting.
 *
 * @param hits best first; the reranker was given the first of them
 */
export function rerank(
  hits: readonly FusedHit[],
  given: number,
  { scores, stopped }: RerankScores,
  settings: Pick<RetrievalSettings, "rerankShare">,
): FusedHit[] {
  const { rerankShare: share } = settings;
  const best = Math.max(0, hits[0]?.score ?? 0);
  const places = placesOf(scores);
  const reranking = { read: scores.length, of: given, stopped };
  return hits
    .map((hit, at): FusedHit => {
      const raw = scores[at];
      if (raw === undefined) return { ...hit, explain: { ...hit.explain, reranking } };
      const own = hit.explain.contributions.map((part) => ({
        ...part,
        contribution: (1 - share) * part.contribution,
      }));
      const part = {
        list: "reranker" as const,
        rank: places[at] ?? 1,
        raw,
        contribution: share * best * raw,
      };
      const explained = explain([...own, part]);
      return { ...hit, ...explained, explain: { ...explained.explain, reranking } };
    })
    .sort(byScore);
}

/** Places from 1, best first, equal values in their order. */
function placesOf(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).toSorted((a, b) => values[b]! - values[a]! || a - b);
  const places: number[] = [];
  order.forEach((at, place) => (places[at] = place + 1));
  return places;
}
