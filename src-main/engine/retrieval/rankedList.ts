import type { z } from "zod";
import type { ChunkId } from "../../contract/ids.ts";
import type { explainSchema } from "../../contract/search.ts";
import type { IndexHit } from "../index/VectorIndex.ts";

export type Explain = z.infer<typeof explainSchema>;
export type Contribution = Explain["contributions"][number];
/** A way of searching. */
export type ListName = Exclude<Contribution["list"], "neighbours" | "reranker">;

/** What one way of searching found, best first; no chunk twice. */
export interface RankedList {
  readonly name: ListName;
  readonly hits: readonly IndexHit[];
  /** False if the search gave all it has, so that asking for more is of no use. */
  readonly full: boolean;
}

/** A chunk after the lists were joined. */
export interface FusedHit {
  readonly chunkId: ChunkId;
  readonly score: number;
  readonly explain: Explain;
  /** The chunk's own, where the lists were asked for with vectors. */
  readonly vector?: Float32Array;
}

/** Keeps the best hit of each chunk: a chunk is in the index twice if its ingest was cut off. */
export function toRankedList(name: ListName, hits: readonly IndexHit[], limit: number): RankedList {
  const seen = new Set<ChunkId>();
  const unique = hits.filter(({ chunkId }) => {
    if (seen.has(chunkId)) return false;
    seen.add(chunkId);
    return true;
  });
  return { name, hits: unique, full: hits.length >= limit };
}
