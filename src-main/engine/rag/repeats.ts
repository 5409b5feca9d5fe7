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

/** Whether a text that is still being written has come back to a sentence that it has said. */
export function goesRound(text: string): boolean {
  // The last one may not be whole yet.
  const whole = splitSentences(text)
    .slice(0, -1)
    .map(({ start, end }) => text.slice(start, end));
  return withoutRepeats(whole).length < whole.length;
}

/** Letters and digits alone: a repeat with another comma is a repeat. */
function keyOf(sentence: string): string {
  return sentence
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
