import type { ChunkRecord } from "../../../store/records.ts";
import { oneLine, type Citable } from "../../citations.ts";
import type { Piece } from "../types.ts";

/** The sentences of a piece, as they can be cited. */
export function sentencesOf(piece: Piece, chunk: ChunkRecord): Citable[] {
  return chunk.sentences
    .filter(({ start, end }) => start < piece.end && end > piece.start)
    .map(({ start, end }) => ({
      chunkId: piece.chunkId,
      // A piece that was cut within a sentence has that part of it.
      start: Math.max(start, piece.start),
      end: Math.min(end, piece.end),
      text: chunk.text.slice(Math.max(start, piece.start), Math.min(end, piece.end)),
    }))
    .filter(({ text }) => oneLine(text) !== "");
}

/** The text of a piece. */
export function textOf(piece: Piece, chunk: ChunkRecord): string {
  return chunk.text.slice(piece.start, piece.end);
}
