import { germanStems, isGerman } from "./german.ts";

/** Changes whenever the same chunk would be indexed under other words; part of the fingerprint. */
export const keywordVersion = "2";

/**
 * What keyword search looks at for a chunk: its text and the headings above it, and once more every
 * heading, above or within. A word of a heading says more about a passage than one of its sentences.
 * German text is followed by the stems of its words.
 *
 * @param chunk `sentences` are stretches of `text`; what they leave out is headings.
 */
export function keywordText(chunk: {
  readonly context: string;
  readonly text: string;
  readonly sentences: readonly { readonly start: number; readonly end: number }[];
}): string {
  const headings: string[] = [chunk.context];
  let at = 0;
  for (const { start, end } of chunk.sentences) {
    if (start > at) headings.push(chunk.text.slice(at, start));
    at = Math.max(at, end);
  }
  headings.push(chunk.text.slice(at));
  const again = headings.map((heading) => heading.trim()).filter((heading) => heading !== "");
  const parts = [chunk.context, chunk.text, ...again].filter((part) => part !== "");
  const text = parts.join("\n");
  return isGerman(text) ? `${text}\n${germanStems(text).join(" ")}` : text;
}
