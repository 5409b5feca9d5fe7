import { createHash } from "node:crypto";
import type { ChunkRecord, DocumentRecord } from "../store/records.ts";
import { detectLanguage } from "./detectLanguage.ts";

/** Enough for the language of any text, and read in a millisecond. */
const sampleCharacters = 6_000;

/**
 * What is known of a text as a whole: its language, and a hash that is the same for the same text in
 * files of different kinds (space and line breaks do not count).
 *
 * @param chunks all of one version, in order
 */
export function describeText(
  chunks: readonly ChunkRecord[],
): Pick<DocumentRecord, "language" | "textHash"> {
  const texts = withoutOverlap(chunks);
  const hash = createHash("sha256");
  let characters = 0;
  for (const text of texts) {
    const letters = text.replace(/\s+/gu, "");
    characters += letters.length;
    hash.update(letters);
  }
  return {
    language: detectLanguage(sampleOf(texts)),
    textHash: characters === 0 ? "" : hash.digest("hex"),
  };
}

/** Each stretch of the pages once: a chunk repeats the last sentence of the one before. */
function withoutOverlap(chunks: readonly ChunkRecord[]): string[] {
  const taken = new Map<number, number>();
  return chunks.flatMap(({ text, parts }) =>
    parts.flatMap(({ page, start, end, textStart }) => {
      const from = Math.max(start, taken.get(page) ?? 0);
      if (from >= end) return [];
      taken.set(page, end);
      return [text.slice(textStart + from - start, textStart + end - start)];
    }),
  );
}

/** From the middle on: what stands in front is often a title page or a table of contents. */
function sampleOf(texts: readonly string[]): string {
  const parts: string[] = [];
  let length = 0;
  const middle = Math.floor(texts.length / 3);
  for (const text of [...texts.slice(middle), ...texts.slice(0, middle)]) {
    if (length >= sampleCharacters) break;
    parts.push(text);
    length += text.length;
  }
  return parts.join("\n").slice(0, sampleCharacters);
}
