import type { ReadPage } from "../readers/Reader.ts";
import { leastQuality, textQuality } from "../readers/textQuality.ts";
import type { Recognized } from "./recognizerMessages.ts";

/** A page as it is kept. */
export interface ChosenPage {
  page: ReadPage;
  /**
   * `own`: with the text that the file gives; `recognized`: with what was seen in its picture;
   * `unreadable`: it shows something of which no text could be made; `empty`: it shows no text.
   */
  kind: "own" | "recognized" | "unreadable" | "empty";
  /** Why it is unreadable, where something went wrong. */
  reason?: unknown;
}

/** Below this, what was recognised is more noise than text. */
const leastConfidence = 50;
/** Recognition must find so much more than the page's own text to go before it. */
const muchMore = 1.5;
/** This part of the recognised words is in the page's own text if that text is right. */
const mostWords = 0.6;

/** A page without recognition. Kinds of file that have no doubt about their text tell no quality. */
export function asItIs(page: ReadPage): ChosenPage {
  if (page.quality === undefined && page.content === "text") return { page, kind: "own" };
  if (page.content === "unreadable") return { page, kind: "unreadable" };
  if (page.content === "blank") return { page, kind: "empty" };
  return { page, kind: isLegible(page) ? "own" : "unreadable" };
}

/**
 * Chooses between the text that a file gives for a page and what was seen in the page's picture. The
 * file's own text has exact places and no misread letters, so it stays where both say the same.
 */
export function choosePage(page: ReadPage, seen: Recognized): ChosenPage {
  const own = lettersIn(page.text);
  const found = lettersIn(seen.text);
  if (found === 0) {
    const isTold = page.content !== "glyphs";
    return { page, kind: isTold ? (own > 0 ? "own" : "empty") : "unreadable" };
  }
  if (seen.confidence < leastConfidence) {
    return { page, kind: isLegible(page) ? "own" : "unreadable" };
  }
  if (
    own > 0 &&
    page.content !== "glyphs" &&
    found < muchMore * own &&
    agrees(page.text, seen.text)
  ) {
    return { page, kind: "own" };
  }
  const { text, words, blocks } = seen;
  return { page: { ...page, text, words, blocks, content: "text" }, kind: "recognized" };
}

/** Whether a page has text that can be read; false also where it has none. */
function isLegible({ text, content, quality = 1 }: ReadPage): boolean {
  if (content === "glyphs" || lettersIn(text) === 0) return false;
  return quality >= leastQuality || textQuality(text) >= leastQuality;
}

function agrees(own: string, seen: string): boolean {
  const known = new Set(wordsOf(own));
  const words = wordsOf(seen);
  const same = words.filter((word) => known.has(word)).length;
  return words.length > 0 && same >= mostWords * words.length;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function lettersIn(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
