import { explain } from "./explain.ts";
import {
  chunkKey,
  type Contribution,
  type FusedHit,
  type ListName,
  type RankedList,
} from "./rankedList.ts";

/**
 * The constant of reciprocal rank fusion, as its authors chose it (Cormack, Clarke, Büttcher, SIGIR
 * 2009). Larger values give less weight to the first ranks.
 */
export const rankConstant = 60;

/**
 * Nearness of meaning is a little more reliable than shared words: on Cranfield 1.2 is where both
 * lists together find most.
 */
export const listWeights: Readonly<Record<ListName, number>> = { keyword: 1, vector: 1.2 };

export interface FuseOptions {
  readonly rankConstant?: number;
  /** Weight of each list; {@link listWeights} where none is given. */
  readonly weights?: Partial<Record<ListName, number>>;
}

/**
 * Reciprocal rank fusion: a chunk gets `weight / (rankConstant + rank)` from each list that it is in.
 * The result is best first, and the contributions of each hit add up to its score exactly.
 */
export function fuse(lists: readonly RankedList[], options: FuseOptions = {}): FusedHit[] {
  const constant = options.rankConstant ?? rankConstant;
  const joined = new Map<string, { hit: RankedList["hits"][number]; parts: Contribution[] }>();
  for (const list of lists) {
    const weight = options.weights?.[list.name] ?? listWeights[list.name];
    list.hits.forEach((hit, at) => {
      const key = chunkKey(hit);
      const entry = joined.get(key) ?? { hit, parts: [] };
      const rank = at + 1;
      entry.parts.push({
        list: list.name,
        rank,
        raw: hit.score,
        contribution: weight / (constant + rank),
      });
      joined.set(key, entry);
    });
  }
  const fused = [...joined.values()].map(({ hit, parts }) => ({
    chunkId: hit.chunkId,
    documentId: hit.documentId,
    version: hit.version,
    ...explain(parts),
  }));
  return fused.sort(byScore);
}

/** Equal scores in a fixed order: better best rank first, then by id. */
function byScore(a: FusedHit, b: FusedHit): number {
  return (
    b.score - a.score ||
    bestRank(a) - bestRank(b) ||
    (a.chunkId < b.chunkId ? -1 : a.chunkId > b.chunkId ? 1 : a.version - b.version)
  );
}

function bestRank(hit: FusedHit): number {
  return Math.min(...hit.explain.contributions.map((part) => part.rank));
}
