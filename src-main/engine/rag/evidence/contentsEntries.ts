import type { TextSpan } from "./gradeEvidence.ts";

/** A title, a leader, and the pages where it stands, as tables of contents and indexes have them. */
const entry =
  /\S\s*(?:…|·{3,}|_{4,}|(?:\.\s?){3,})\s*(?:[ivxlc]{1,7}|\d{1,4})(?:\s*[,–-]\s*\d{1,4})*\s*$/iu;

/** Whether a line only names a place where something is written, and says nothing of it. */
export function isContentsEntry(text: string): boolean {
  return entry.test(text.trim());
}

/** The sentences that may be quoted: a line of a table of contents answers no question. */
export function quotableSentences<Span extends TextSpan>(chunk: {
  readonly text: string;
  readonly sentences: readonly Span[];
}): Span[] {
  return chunk.sentences.filter(({ start, end }) => !isContentsEntry(chunk.text.slice(start, end)));
}
