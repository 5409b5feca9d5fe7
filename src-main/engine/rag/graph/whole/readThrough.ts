import type { ChunkRecord } from "../../../store/records.ts";
import type { Piece } from "../types.ts";

/**
 * The text of a document, chunk by chunk, each sentence once: chunks repeat the last sentence of the
 * one before. A chunk that only repeats has no piece.
 *
 * @param chunks of one document, in reading order
 */
export function readThrough(chunks: readonly ChunkRecord[]): Piece[] {
  const pieces: Piece[] = [];
  const seen = new Set<string>();
  for (const chunk of chunks) {
    const places = chunk.sentences.map((sentence) => placeOf(chunk, sentence.start));
    const first = places.findIndex((place) => !seen.has(place));
    for (const place of places) seen.add(place);
    if (places.length > 0 && first < 0) continue;
    const start = first > 0 ? (chunk.sentences[first]?.start ?? 0) : 0;
    const text = chunk.text.slice(start).trimEnd();
    if (text.trim() !== "") {
      pieces.push({ chunkId: chunk.id, start, end: start + text.length });
    }
  }
  return pieces;
}

/** Where in the document a sentence begins, whichever chunk it is found in. */
function placeOf(chunk: ChunkRecord, start: number): string {
  const part = chunk.parts.findLast(({ textStart }) => textStart <= start);
  return part ? `${part.page}:${part.start + start - part.textStart}` : `${chunk.id}:${start}`;
}
