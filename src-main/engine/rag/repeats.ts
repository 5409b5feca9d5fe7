import { splitSentences } from "../library/chunks/splitSentences.ts";

/** Shorter ones, such as "Yes.", may rightly come again. */
const leastLetters = 12;

/** The sentences of an answer, each once: small models say the same again and again. */
export function withoutRepeats(sentences: readonly string[]): string[] {
  const seen = new Set<string>();
  return sentences.filter((sentence) => {
    const key = keyOf(sentence);
    if (key.length < leastLetters) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * Whether a text that is still being written has come back to a sentence that it has said, or says the
 * same few words over and over.
 */
export function goesRound(text: string): boolean {
  if (runAtEnd(text) !== null) return true;
  // The last one may not be whole yet.
  const whole = splitSentences(text)
    .slice(0, -1)
    .map(({ start, end }) => text.slice(start, end));
  return withoutRepeats(whole).length < whole.length;
}

/** The text with what it says over and over at its end said once. */
export function withoutRun(text: string): string {
  const from = runAtEnd(text);
  return from === null ? text : text.slice(0, from).trimEnd();
}

const longestPhrase = 12;
const timesInRow = 4;
/** A word alone may rightly come so often: "very, very, very, very well". */
const wordsInRow = 8;
/** Words at the end that are looked at: as many as the longest run takes, and the one being written. */
const endCharacters = 1_000;

/** Where the words at the end begin to repeat those right before them; null if they do not. */
function runAtEnd(text: string): number | null {
  const offset = Math.max(0, text.length - endCharacters);
  // The last word may not be whole yet.
  const words = [...text.slice(offset).matchAll(/\S+/gu)].slice(0, -1);
  const alike = (at: number, length: number): boolean =>
    at >= 0 && words[at]?.[0].toLowerCase() === words[at + length]?.[0].toLowerCase();
  for (let length = 1; length <= longestPhrase; length++) {
    let at = words.length - length - 1;
    while (alike(at, length)) at--;
    const first = at + 1;
    const repeated = words.length - first;
    const times = length === 1 ? wordsInRow : timesInRow;
    const second = words[first + length];
    if (repeated >= times * length && second) return offset + second.index;
  }
  return null;
}

/** Letters and digits alone: a repeat with another comma is a repeat. */
function keyOf(sentence: string): string {
  return sentence
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
