import type { DocumentId } from "../../../../contract/ids.ts";
import type { Part, Piece } from "../types.ts";

/** A piece with its text and its size. */
export interface SizedPiece {
  readonly piece: Piece;
  readonly text: string;
  readonly tokens: number;
}

/**
 * Consecutive pieces of one document in parts of at most `room` tokens. Nothing is left out: a piece
 * that is larger than a part is cut between sentences, or between words where it has none.
 */
export function splitParts(
  documentId: DocumentId,
  pieces: readonly SizedPiece[],
  room: number,
): Part[] {
  const parts: Part[] = [];
  let current: Piece[] = [];
  let filled = 0;
  const close = (): void => {
    if (current.length > 0) parts.push({ documentId, pieces: current });
    current = [];
    filled = 0;
  };
  for (const { piece, tokens } of pieces.flatMap((one) => cut(one, room))) {
    if (filled + tokens > room) close();
    current.push(piece);
    filled += tokens;
  }
  close();
  return parts;
}

function cut(one: SizedPiece, room: number): SizedPiece[] {
  if (one.tokens <= room || one.text.length < 2) return [one];
  const middle = one.text.length / 2;
  const cuts = [...one.text.matchAll(/(?<=[.!?…。！？]["'”’)\]]*)\s+|\n+/gu)];
  const places = (cuts.length > 0 ? cuts : [...one.text.matchAll(/\s+/gu)]).map(
    (match) => match.index + match[0].length,
  );
  const inside = places.filter((at) => at > 0 && at < one.text.length);
  const at = inside.reduce(
    (best, place) => (Math.abs(place - middle) < Math.abs(best - middle) ? place : best),
    inside[0] ?? Math.floor(middle),
  );
  const { piece, text, tokens } = one;
  // By length: both halves of one text are about as dense.
  const share = (length: number): number => Math.ceil((tokens * length) / text.length);
  return [
    {
      piece: { ...piece, end: piece.start + at },
      text: text.slice(0, at),
      tokens: share(at),
    },
    {
      piece: { ...piece, start: piece.start + at },
      text: text.slice(at),
      tokens: share(text.length - at),
    },
  ].flatMap((half) => cut(half, room));
}
