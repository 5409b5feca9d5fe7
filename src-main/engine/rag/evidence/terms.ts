import { isGerman, stemGerman } from "../../index/german.ts";
import { isFunctionWord } from "./functionWords.ts";

/** One word of a text that carries meaning. */
export interface Term {
  /** Folded and stemmed: equal for forms of one word. */
  readonly stem: string;
  /** In German text: the stem by that language's endings, marked so that it is no English one. */
  readonly german?: string;
  readonly kind: "word" | "name" | "number";
  /** How much it matters that this word is found again. */
  readonly weight: number;
  readonly start: number;
  readonly end: number;
}

const wordPattern = /\p{N}+(?:[.,:]\p{N}+)*|[\p{L}\p{M}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}]+)?/gu;

/** Words that questions are dressed with; they may be missing from an answer. */
const scaffoldWords = new Set(
  (
    "tell say said give given name named call called kind kinds sort type types term terms word thing things " +
    "describe explain list mention mentioned according document documents text file paper article page passage " +
    "number amount way ways example know known mean means find found long often people person year years " +
    "use used make made take took get got happen happened please like question answer does exactly first"
  ).split(" "),
);

const numberWords = new Map(
  (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " +
    "seventeen eighteen nineteen twenty"
  )
    .split(" ")
    .map((word, value) => [word, String(value)]),
);

/**
 * The words of a text that carry meaning, in order. A name is a word with a capital (or a mixture of
 * letters and digits) that does not begin a sentence.
 */
export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  const inGerman = isGerman(text);
  for (const match of text.matchAll(wordPattern)) {
    const start = match.index;
    const raw = match[0];
    const folded = fold(raw);
    const end = start + raw.length;
    if (/^\p{N}/u.test(raw)) {
      terms.push({ stem: canonicalNumber(folded), kind: "number", weight: 1.6, start, end });
      continue;
    }
    if (isFunctionWord(folded, inGerman)) continue;
    const name = isName(raw) && !startsSentence(text, start);
    const inWords = numberWords.get(folded);
    if (inWords !== undefined) {
      terms.push({ stem: inWords, kind: "word", weight: 0.7, start, end });
      continue;
    }
    const stem = stemOf(folded);
    const german = inGerman ? { german: `~${stemGerman(raw)}` } : {};
    const weight = weightOf(folded, name);
    terms.push({ stem, ...german, kind: name ? "name" : "word", weight, start, end });
  }
  return terms;
}

/** The stems of a text, for looking terms up in. Function words are left out. */
export function stemSet(text: string): Set<string> {
  return stemsOf(termsOf(text));
}

/** All stems of terms, by the endings of either language. */
export function stemsOf(terms: readonly Term[]): Set<string> {
  return new Set(terms.flatMap(({ stem, german }) => (german ? [stem, german] : [stem])));
}

/** Whether a set of stems holds a term in any form. */
export function holds(stems: ReadonlySet<string>, { stem, german }: Term): boolean {
  return stems.has(stem) || (german !== undefined && stems.has(german));
}

/**
 * How much of the terms is in a set of stems, from 0 to 1 by weight; 1 where there are no terms.
 * A term that is only in `near` counts by half.
 */
export function coverage(
  terms: readonly Term[],
  stems: ReadonlySet<string>,
  near?: ReadonlySet<string>,
): number {
  let found = 0;
  let total = 0;
  for (const term of uniqueTerms(terms)) {
    total += term.weight;
    if (holds(stems, term)) found += term.weight;
    else if (near && holds(near, term)) found += term.weight / 2;
  }
  return total === 0 ? 1 : found / total;
}

/** Each stem once, with its greatest weight. */
export function uniqueTerms(terms: readonly Term[]): Term[] {
  const unique = new Map<string, Term>();
  for (const term of terms) {
    const known = unique.get(term.stem);
    if (!known || known.weight < term.weight) unique.set(term.stem, term);
  }
  return [...unique.values()];
}

/** Lower case, without accents and typographic apostrophes. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("’", "'");
}

const suffixes =
  /(?:ization|isation|ational|iveness|fulness|ousness|ement|ment|ation|ator|ion|ity|ness|able|ible|ive|ing|er|or|ied|ed|ly|y|e|al|ic|ate)$/;

/**
 * Cuts endings off a folded word, keeping at least four letters, twice at most. Coarser than a
 * dictionary stemmer: both sides go through it, so that only sameness matters.
 */
export function stemOf(folded: string): string {
  let stem = singular(folded.replace(/'\p{L}*$/u, ""));
  for (let round = 0; round < 2; round += 1) {
    const shorter = stem.replace(suffixes, "");
    if (shorter === stem || shorter.length < 4) break;
    stem = shorter;
  }
  // "stopped" and "stop", "running" and "run".
  return stem.length > 4 ? stem.replace(/([bdgklmnprt])\1$/, "$1") : stem;
}

function singular(word: string): string {
  if (word.length < 4) return word;
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:x|ch|sh|ss|z)es$/.test(word)) return word.slice(0, -2);
  return /[^suis]s$/.test(word) ? word.slice(0, -1) : word;
}

function weightOf(folded: string, name: boolean): number {
  if (name) return 1.6;
  if (scaffoldWords.has(folded)) return 0.35;
  // Long words are rarer, and say more, than short ones.
  return 0.6 + 0.05 * Math.min(folded.length, 10);
}

function isName(raw: string): boolean {
  return /^\p{Lu}/u.test(raw) || /\p{L}\p{N}|\p{Ll}\p{Lu}/u.test(raw);
}

/** True at the start, and behind what ends a sentence or opens a quotation. */
function startsSentence(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 4), at).trimEnd();
  return before === "" || /[.!?:•\n"“”«»(–—-]$/u.test(before);
}

/** "1,234.50" and "1234.5" are the same number; so are "9:30" and "9:30". */
function canonicalNumber(folded: string): string {
  const plain = folded.replace(/,(?=\d{3}(?:\D|$))/g, "");
  const value = Number(plain.replace(",", "."));
  return Number.isFinite(value) ? String(value) : plain;
}
