import type { ChunkId } from "../../contract/ids.ts";
import { explain } from "./explain.ts";
import type { Contribution, FusedHit, RankedList } from "./rankedList.ts";
import { defaultSettings, type RetrievalSettings } from "./settings.ts";

/**
 * The constant of reciprocal rank fusion, as its authors chose it (Cormack, Clarke, Büttcher, SIGIR
 * 2009). Larger values give less weight to the first ranks.
 */
export const rankConstant = 60;

/**
 * Joins lists. By score, a chunk gets from each list that it is in the list's share of
 * `score / best score of the list`: a convex combination, which unlike ranks keeps how far apart two
 * hits are (Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023). By rank
 * it gets `share / (60 + rank)`. A score below zero counts as zero. A list that stands alone has the
 * whole share.
 *
 * The result is best first, and the contributions of each hit add up to its score exactly.
 */
export function fuse(
  lists: readonly RankedList[],
  settings: Pick<RetrievalSettings, "fusion" | "vectorShare"> = defaultSettings,
): FusedHit[] {
  const joined = new Map<ChunkId, { hit: RankedList["hits"][number]; parts: Contribution[] }>();
  for (const list of lists) {
    const ofVectors = list.name === "vector" ? settings.vectorShare : 1 - settings.vectorShare;
    const share = lists.length === 1 ? 1 : ofVectors;
    const best = list.hits[0]?.score ?? 0;
    list.hits.forEach((hit, at) => {
      const entry = joined.get(hit.chunkId) ?? { hit, parts: [] };
      const rank = at + 1;
      const value =
        settings.fusion === "rank"
          ? 1 / (rankConstant + rank)
          : Math.max(0, hit.score) / (best > 0 ? best : 1);
      entry.parts.push({ list: list.name, rank, raw: hit.score, contribution: share * value });
      joined.set(hit.chunkId, entry);
    });
  }
  const fused = [...joined.values()].map(({ hit, parts }) => ({
    chunkId: hit.chunkId,
    ...(hit.vector ? { vector: hit.vector } : {}),
    ...explain(parts),
  }));
  return fused.sort(byScore);
}

/** Equal scores in a fixed order: better best rank first, then by id. */
export function byScore(a: FusedHit, b: FusedHit): number {
  return (
    b.score - a.score ||
    bestRank(a) - bestRank(b) ||
    (a.chunkId < b.chunkId ? -1 : Number(a.chunkId > b.chunkId))
  );
}

function bestRank(hit: FusedHit): number {
  return Math.min(...hit.explain.contributions.map((part) => part.rank));
}
