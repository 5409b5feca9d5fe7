import { keywordText } from "../index/keywordText.ts";
import type { ChunkRecord } from "../store/protocol.ts";
import type { IngestProgress } from "./IngestProgress.ts";
import { vectorKey, type KnownVectors } from "./knownVectors.ts";
import { indexedText, type OpenIndex, type PassageIndex } from "./PassageIndex.ts";

/** So many rows are written at once: what a killed engine had embedded and not written is lost. */
const rowsPerWrite = 128;

/**
 * Embeds chunks and adds them to the index. Rows that are there already are not looked for.
 *
 * @param known vectors that need not be made
 */
export async function indexChunks(
  chunks: readonly ChunkRecord[],
  { index }: OpenIndex,
  passages: PassageIndex,
  progress: IngestProgress,
  signal: AbortSignal,
  known: KnownVectors = new Map(),
): Promise<void> {
  progress.enter("embedding", chunks.length);
  for (let from = 0; from < chunks.length; from += rowsPerWrite) {
    const part = chunks.slice(from, from + rowsPerWrite);
    const vectors = part.map((chunk) => (known.size > 0 ? known.get(vectorKey(chunk)) : undefined));
    const missing = part.filter((_, at) => vectors[at] === undefined);
    const done = from + part.length - missing.length;
    const made = await passages.embed(missing.map(indexedText), {
      signal,
      onProgress: (count) => progress.at(done + count, chunks.length),
    });
    const next = made.values();
    await index.add(
      part.map((chunk, at) => {
        const vector = vectors[at] ?? next.next().value;
        if (!vector) throw new Error("The embedder made too few vectors.");
        return {
          chunkId: chunk.id,
          documentId: chunk.documentId,
          version: chunk.version,
          text: keywordText(chunk),
          vector,
        };
      }),
      { signal },
    );
  }
}
