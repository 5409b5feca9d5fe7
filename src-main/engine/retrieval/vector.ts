import { HearthError, cancelledError } from "../../contract/errors.ts";
import type { IndexSearchOptions, VectorIndex } from "../index/VectorIndex.ts";
import { toRankedList, type RankedList } from "./rankedList.ts";

/** Turns texts into vectors, one for each, in order. */
export type Embed = (
  texts: readonly string[],
  options: { readonly signal?: AbortSignal },
) => Promise<readonly Float32Array[]>;

/** Chunks whose meaning is nearest to the question's, ranked by cosine similarity. */
export async function vectorList(
  index: Pick<VectorIndex, "vectorSearch">,
  embed: Embed,
  query: string,
  options: IndexSearchOptions,
): Promise<RankedList> {
  const [vector] = await embed([query], options.signal ? { signal: options.signal } : {});
  if (options.signal?.aborted === true) throw cancelledError();
  if (!vector) {
    throw new HearthError({
      code: "internal",
      title: "The question could not be turned into a vector.",
      cause: "The embedding model returned nothing.",
      suggestion: "Try again; if it happens twice, restart Hearth.",
    });
  }
  return toRankedList("vector", await index.vectorSearch(vector, options), options.limit);
}
