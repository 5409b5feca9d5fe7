import { keywordText } from "../index/keywordText.ts";
import type { ChunkRecord } from "../store/protocol.ts";
import type { IngestProgress } from "./IngestProgress.ts";
import { indexedText, type OpenIndex, type PassageIndex } from "./PassageIndex.ts";

/** So many rows are written at once: a document up to this size is in the index whole or not at all. */
const rowsPerWrite = 4096;

/** Embeds chunks and adds them to the index. Rows that are there already are not looked for. */
export async function indexChunks(
  chunks: readonly ChunkRecord[],
  { index }: OpenIndex,
  passages: PassageIndex,
  progress: IngestProgress,
  signal: AbortSignal,
): Promise<void> {
  progress.enter("embedding", chunks.length);
  for (let from = 0; from < chunks.length; from += rowsPerWrite) {
    const part = chunks.slice(from, from + rowsPerWrite);
    const vectors = await passages.embed(part.map(indexedText), {
      signal,
      onProgress: (done) => progress.at(from + done, chunks.length),
    });
    await index.add(
      part.map((chunk, at) => ({
        chunkId: chunk.id,
        documentId: chunk.documentId,
        version: chunk.version,
        text: keywordText(chunk),
        vector: vectors[at]!,
      })),
      { signal },
    );
  }
}
