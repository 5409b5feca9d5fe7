import type { ChunkId } from "../../../contract/ids.ts";
import type { Passage } from "../../retrieval/PassageRetriever.ts";
import type { Citable } from "../citations.ts";
import { quotableSentences } from "../evidence/contentsEntries.ts";

/** Passages that go into the prompt at most, beside those that the user pinned. */
const promptPassages = 4;

/**
 * Which passages stand in the prompt, and in which order. Pinned ones always, and first. Of the rest
 * those with the best sentences, then the best ranked; none that lists only what stands where. What stood in the prompt of the answer before
 * keeps its place and comes before what is new: a follow-up about the same passages then begins with
 * the very text that the model has in memory.
 */
export function choosePassages(
  found: readonly Passage[],
  sentences: readonly Pick<Citable, "chunkId">[],
  pinned: readonly ChunkId[],
  previous: readonly ChunkId[],
): Passage[] {
  const byId = new Map(found.map((passage) => [passage.chunk.id, passage]));
  const isPinned = new Set(pinned);
  const first = pinned.flatMap((id) => byId.get(id) ?? []);
  const telling = found.filter(({ chunk }) => quotableSentences(chunk).length > 0);
  const ranked = [...sentences.flatMap(({ chunkId }) => byId.get(chunkId) ?? []), ...telling];
  const rest = [...new Set(ranked)]
    .filter(({ chunk }) => !isPinned.has(chunk.id))
    .slice(0, promptPassages);
  const place = (passage: Passage): number => {
    const at = previous.indexOf(passage.chunk.id);
    return at < 0 ? previous.length : at;
  };
  return [...first, ...rest.toSorted((a, b) => place(a) - place(b))];
}
