import type { IndexSearchOptions, VectorIndex } from "../index/VectorIndex.ts";
import { toRankedList, type RankedList } from "./rankedList.ts";

/** Chunks that hold words of the question, ranked by BM25. */
export async function keywordList(
  index: Pick<VectorIndex, "keywordSearch">,
  query: string,
  options: IndexSearchOptions,
): Promise<RankedList> {
  return toRankedList("keyword", await index.keywordSearch(query, options), options.limit);
}
