import { splitSentences } from "../library/chunks/splitSentences.ts";
import type { ChunkRecord, Stretch } from "../store/records.ts";

/** A part of a quote has to be so long to be known again: letters and digits without spaces. */
const leastLetters = 12;
/** A quote over more passages than this is known by its first ones. */
const mostPassages = 3;

export interface FoundQuote {
  readonly chunk: ChunkRecord;
  /** In the text of the chunk. */
  readonly stretch: Stretch;
}

/**
 * The passages that hold a quote: one that holds it whole, else those that hold its sentences, in
 * the quote's order. White space, hyphens and ligatures do not count, for a page that was selected
 * by hand has others than the text that was read from it. Empty where the words are nowhere.
 *
 * @param isNear chunks that are looked at first: the same words may stand in several places
 */
export function findQuote(
  chunks: readonly ChunkRecord[],
  quote: string,
  isNear: (chunk: ChunkRecord) => boolean = () => false,
): FoundQuote[] {
  const folded = chunks.map((chunk) => ({ chunk, ...foldText(chunk.text) }));
  const inOrder = [
    ...folded.filter(({ chunk }) => isNear(chunk)),
    ...folded.filter(({ chunk }) => !isNear(chunk)),
  ];
  const find = (words: string): FoundQuote | undefined => {
    const wanted = foldText(words).letters;
    if (wanted === "") return undefined;
    for (const { chunk, letters, places } of inOrder) {
      const at = letters.indexOf(wanted);
      const start = places[at];
      const last = places[at + wanted.length - 1];
      if (at >= 0 && start !== undefined && last !== undefined) {
        return { chunk, stretch: { start, end: last + 1 } };
      }
    }
    return undefined;
  };
  const whole = find(quote);
  if (whole) return [whole];
  const found: FoundQuote[] = [];
  for (const { start, end } of splitSentences(quote)) {
    const sentence = quote.slice(start, end);
    if (foldText(sentence).letters.length < leastLetters) continue;
    const hit = find(sentence);
    if (hit && !found.some(({ chunk }) => chunk.id === hit.chunk.id)) found.push(hit);
    if (found.length === mostPassages) break;
  }
  return found;
}

/** A text without case, white space, hyphens and what nobody sees, and where each sign was. */
function foldText(text: string): { letters: string; places: number[] } {
  let letters = "";
  const places: number[] = [];
  let at = 0;
  for (const sign of text) {
    const plain = sign
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[\s\p{Pd}\p{Cf}\0]/gu, "");
    for (let unit = 0; unit < plain.length; unit++) places.push(at);
    letters += plain;
    at += sign.length;
  }
  return { letters, places };
}
