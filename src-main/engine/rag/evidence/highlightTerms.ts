import type { Stretch } from "../../store/records.ts";
import { fold, termsOf } from "./terms.ts";

/**
 * Where a passage holds words of a query, in order and without overlap. Forms of a word count as the
 * word. Scripts that put no space between words are compared as they are written.
 */
export function highlightTerms(query: string): (text: string) => Stretch[] {
  const stems = new Set(termsOf(query).map(({ stem }) => stem));
  const words = query.split(/[\s\p{P}]+/u).filter((word) => unspaced.test(word));
  return (text) => {
    const found = termsOf(text)
      .filter(({ stem }) => stems.has(stem))
      .map(({ start, end }) => ({ start, end }));
    for (const word of words) found.push(...placesOf(word, text));
    return withoutOverlap(found);
  };
}

const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}]/u;

function placesOf(word: string, text: string): Stretch[] {
  const places: Stretch[] = [];
  const folded = fold(text);
  // Folding may change lengths; then places would be wrong, and none is better.
  const searched = folded.length === text.length ? folded : text;
  const wanted = folded.length === text.length ? fold(word) : word;
  for (let at = searched.indexOf(wanted); at >= 0; at = searched.indexOf(wanted, at + 1)) {
    places.push({ start: at, end: at + wanted.length });
  }
  return places;
}

function withoutOverlap(stretches: Stretch[]): Stretch[] {
  const kept: Stretch[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (stretch.start >= (kept.at(-1)?.end ?? 0)) kept.push(stretch);
  }
  return kept;
}
