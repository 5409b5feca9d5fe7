import { isGerman } from "../../index/german.ts";
import { isFunctionWord } from "./functionWords.ts";
import { fold, holds, termsOf, type Term } from "./terms.ts";

const word = String.raw`[\p{L}\p{M}][\p{L}\p{M}\p{N}'’-]*`;
/** Who says it is no part of what is said. */
const attribution =
  /^(?:according to|based on|laut|gemäß|nach) (?:the|this|these|my|your|dem|der|den|diesem|dieser|diesen)? ?[\p{L}]+,?\s/iu;
/** What is added to a statement: "after extra time", "mit Zinsen". */
const adjunct = new RegExp(
  String.raw`(?<!\p{L})(?:with|without|after|before|during|for|from|by|via|per|using|mit|ohne|nach|vor|während|für|per|samt)\s+((?:${word}\s*){1,4})`,
  "dgiu",
);
/** "coal and peat": what is listed beside something else. */
const listed = new RegExp(
  String.raw`(${word})\s+(?:and|und|or|oder|as well as|sowie)\s+(?:(?:the|an?|der|die|das|den|dem|eine?[mnrs]?)\s+)?(${word})`,
  "dgiu",
);

/**
 * True where a sentence adds something of which no evidence has a word: a circumstance, or one more
 * member of a list of which the evidence has the others. Other words for the same thing stand at other
 * places of a sentence.
 */
export function hasAddition(sentence: string, stems: ReadonlySet<string>): boolean {
  const said = sentence.replace(attribution, "");
  const inGerman = isGerman(sentence);
  const isUnsaid = (terms: readonly Term[]): boolean =>
    terms.length > 0 && terms.every((term) => !holds(stems, term));
  for (const { indices } of said.matchAll(adjunct)) {
    if (isUnsaid(firstTerms(said, indices?.[1], inGerman))) return true;
  }
  for (const { indices } of said.matchAll(listed)) {
    const left = termsIn(said, indices?.[1]);
    const right = termsIn(said, indices?.[2]);
    if (left.length === 0 || right.length === 0) continue;
    if (isUnsaid(left) !== isUnsaid(right)) return true;
  }
  return false;
}

/** The content words of a phrase up to the next word that opens another one. */
function firstTerms(sentence: string, [from, to]: Place = [0, 0], inGerman: boolean): Term[] {
  const words = [...sentence.slice(from, to).matchAll(/\S+/gu)].map(({ 0: text, index }) => ({
    isFunction: isFunctionWord(fold(text), inGerman),
    start: from + index,
    end: from + index + text.length,
  }));
  const first = words.findIndex((one) => !one.isFunction);
  if (first < 0 || first > 2) return [];
  const next = words.findIndex((one, at) => at > first && one.isFunction);
  const last = words.at(next < 0 ? -1 : next - 1);
  return termsIn(sentence, [words[first]?.start ?? to, last?.end ?? to]);
}

/** Of a text, in UTF-16 units, end excluded. */
type Place = readonly [from: number, to: number];

/** With the sentence before it, so that its language and the kind of its words are known. */
function termsIn(sentence: string, [from, to]: Place = [0, 0]): Term[] {
  return termsOf(sentence).filter(
    ({ start, end, kind }) => kind !== "number" && start >= from && end <= to,
  );
}
