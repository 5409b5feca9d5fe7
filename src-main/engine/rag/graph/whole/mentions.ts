import { fold, termsOf, uniqueTerms, type Term } from "../../evidence/terms.ts";

const dressing = new Set(
  (
    "mention mentioned mentions occur occurs occurrence occurrences appear appears come comes named used said written " +
    "count counted often many times time word words term phrase expression document documents text texts file files " +
    "report report's list name find give show extract collect every complete all wort worter begriff ausdruck kommt " +
    "vor oft haufig wird werden erwahnt erwahnung erwahnungen genannt verwendet benutzt steht zahle zahl liste nenne " +
    "finde zeige mir alle alles aller jede jeden jedes samtliche das der die den dem im in auf wie viele male mal dokument " +
    "dokumenten und oder please bitte me"
  ).split(" "),
);

/** What is to be counted or listed. */
export interface Topic {
  /** As the request writes it. */
  readonly words: string;
  /** Its words that say something, for how much of it a sentence has. */
  readonly terms: readonly Term[];
  /** The folded words that have to stand together. */
  readonly sequence: readonly string[];
}

/** A quoted phrase as it is, else the request's words that say something. */
export function topicOf(request: string): Topic {
  const quoted = /["“„”«»']([^"“„”«»']{2,})["“”«»']/u.exec(request)?.[1];
  const text = quoted ?? request;
  const terms = uniqueTerms(termsOf(text)).filter(
    ({ start, end }) => quoted !== undefined || !dressing.has(fold(text.slice(start, end))),
  );
  const words = quoted ?? terms.map(({ start, end }) => text.slice(start, end)).join(" ");
  return { words, terms, sequence: wordsOf(words) };
}

/**
 * How often the words stand together in a text, in their order. The plural and the endings of German
 * cases count as the word, other words made from it do not: "frosts" is frost, "frosty" is not.
 */
export function countMentions({ sequence }: Topic, text: string): number {
  if (sequence.length === 0) return 0;
  const words = wordsOf(text);
  let count = 0;
  for (let at = 0; at + sequence.length <= words.length; at += 1) {
    if (sequence.every((word, offset) => isFormOf(words[at + offset] ?? "", word))) {
      count += 1;
      at += sequence.length - 1;
    }
  }
  return count;
}

function wordsOf(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

function isFormOf(word: string, other: string): boolean {
  if (word === other) return true;
  const [short, long] = word.length < other.length ? [word, other] : [other, word];
  if (short.length < 3) return false;
  if (long.startsWith(short)) return /^(?:s|es|e|n|en|er|ern)$/.test(long.slice(short.length));
  return short.endsWith("y") && long === `${short.slice(0, -1)}ies`;
}
