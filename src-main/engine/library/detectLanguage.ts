import { francAll } from "franc-min";

/** A shorter text says too little. */
const fewestLetters = 60;
/** By so much the likeliest language must be ahead of the next: scores run from 0 to 1. */
const clearMargin = 0.015;

/**
 * The language that a text is written in, as its shortest code (ISO 639: "en", "de", "zh"); "" where
 * that cannot be told, as for a table of numbers.
 */
export function detectLanguage(text: string): string {
  const words = text.replace(/[\p{N}\p{P}\p{S}]+/gu, " ");
  if (words.replace(/\s+/gu, "").length < fewestLetters) return "";
  const [first, second] = francAll(words, { minLength: fewestLetters });
  if (!first || first[0] === "und") return "";
  if (second && first[1] - second[1] < clearMargin) return "";
  return Intl.getCanonicalLocales(first[0])[0] ?? "";
}
