import { HearthError } from "../../../../contract/errors.ts";

/** A stretch of whole lines of a long text. */
export interface TextPart {
  text: string;
  /** The line of the file with which it begins, from 1. */
  firstLine: number;
}

/** Parts are about this long, so that none of the later stages holds much at a time. */
const partLength = 128 * 1024;

/**
 * Cuts a text into parts of whole lines, at an empty line where one is near. A line is never cut,
 * however long, since lines are what places in text are told by.
 */
export function splitParts(
  text: string,
  canCut: (lineIndex: number) => boolean = () => true,
): TextPart[] {
  const parts: TextPart[] = [];
  let start = 0;
  let firstLine = 1;
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const next = newline === -1 ? text.length : newline + 1;
    line++;
    at = next;
    const length = at - start;
    const emptyFollows = text[at] === "\n";
    if ((length > partLength && emptyFollows && canCut(line - 1)) || length > 2 * partLength) {
      parts.push({ text: text.slice(start, at), firstLine });
      start = at;
      firstLine = line;
    }
  }
  if (start < text.length) parts.push({ text: text.slice(start), firstLine });
  return parts;
}

/** @throws HearthError file-empty if there is neither letter nor digit. */
export function requireText(text: string): void {
  if (/[\p{L}\p{N}]/u.test(text)) return;
  throw new HearthError({
    code: "file-empty",
    title: "No text found.",
    cause: "The file holds only blanks or signs.",
    suggestion: "Check that this is the right file.",
  });
}
