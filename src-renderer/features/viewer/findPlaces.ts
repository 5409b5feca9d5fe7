import { isCancelled } from "../../../src-main/contract/errors.ts";
import { findAll } from "./findMatches.ts";
import { foldPieces, type TextPiece } from "./foldText.ts";

/** A document whose text can be searched part by part: page by page, or block by block. */
export interface FindSource {
  /** Parts count from 1. */
  readonly count: number;
  /** The text of a part. It may fail: then the part has none. */
  pieces(part: number, signal: AbortSignal): Promise<readonly TextPiece[]>;
}

/** Where a text was found: by part, as [start, end, start, end, …] in the part's folded text. */
export type FoundPlaces = ReadonlyMap<number, readonly number[]>;

/** One of them: the part, and which of the part's own places, from 0. */
export interface FoundPlace {
  readonly part: number;
  readonly index: number;
}

/** So long the search goes on before it lets the window draw. */
const sliceMs = 10;

/** The text of a document's parts, folded once and kept: about one byte per letter. */
export class FoldedSource {
  readonly #source: FindSource;
  readonly #texts = new Map<number, string>();

  constructor(source: FindSource) {
    this.#source = source;
  }

  /**
   * Searches all parts once, from one on and around the end. Ends early where `signal` aborts.
   *
   * @returns each part that has any, with its places
   */
  async *search(
    pattern: RegExp,
    from: number,
    signal: AbortSignal,
  ): AsyncGenerator<{ part: number; places: readonly number[] }> {
    let sliceEnd = performance.now() + sliceMs;
    for (let step = 0; step < this.#source.count; step++) {
      const part = ((from - 1 + step) % this.#source.count) + 1;
      const text = this.#texts.get(part) ?? (await this.#read(part, signal));
      if (performance.now() > sliceEnd) {
        await new Promise((resolve) => setTimeout(resolve));
        sliceEnd = performance.now() + sliceMs;
      }
      if (signal.aborted) return;
      const places = findAll(text, pattern);
      if (places.length > 0) yield { part, places };
    }
  }

  async #read(part: number, signal: AbortSignal): Promise<string> {
    try {
      const { text } = foldPieces(await this.#source.pieces(part, signal));
      this.#texts.set(part, text);
      return text;
    } catch (error) {
      // A damaged page has no text to find; the others are searched all the same.
      if (!signal.aborted && !isCancelled(error)) this.#texts.set(part, "");
      return "";
    }
  }
}

/** How many places there are, and the number of one among them, from 1; 0 where there is none. */
export function countPlaces(
  places: FoundPlaces,
  current: FoundPlace | null,
): { total: number; at: number } {
  let total = 0;
  let before = 0;
  for (const [part, found] of places) {
    total += found.length / 2;
    if (current && part < current.part) before += found.length / 2;
  }
  return { total, at: current ? before + current.index + 1 : 0 };
}

/** The next or the previous place, around the end. */
export function stepPlace(
  places: FoundPlaces,
  current: FoundPlace | null,
  by: 1 | -1,
): FoundPlace | null {
  const parts = [...places.keys()].sort((a, b) => a - b);
  const size = (part: number): number => (places.get(part)?.length ?? 0) / 2;
  const first = parts[0];
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return null;
  if (!current) return { part: first, index: 0 };
  const index = current.index + by;
  if (index >= 0 && index < size(current.part)) return { part: current.part, index };
  if (by === 1) return { part: parts.find((part) => part > current.part) ?? first, index: 0 };
  const part = parts.findLast((candidate) => candidate < current.part) ?? last;
  return { part, index: size(part) - 1 };
}
