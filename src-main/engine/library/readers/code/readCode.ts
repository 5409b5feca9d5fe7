import { cancelledError } from "../../../../contract/errors.ts";
import { allocateWords } from "../packedWords.ts";
import type { Reader, ReadBlock } from "../Reader.ts";
import { decodeText } from "../text/decodeText.ts";
import { requireText, splitParts } from "../text/parts.ts";
import { indentOf, nameOf } from "./definitions.ts";

/**
 * Reads program text by its syntax: each function, class or member is a block that carries the names
 * of what it is in. Places are lines.
 */
export const readCode: Reader = async (bytes, onPage, { signal }) => {
  const text = decodeText(bytes);
  requireText(text);
  const parts = splitParts(text);
  // What is open at the end of a part is still open in the next.
  const scopes: Scope[] = [];
  for (const [i, part] of parts.entries()) {
    if (signal?.aborted) throw cancelledError();
    const blocks = codeBlocks(part.text, scopes);
    await onPage(
      {
        number: i + 1,
        width: 0,
        height: 0,
        text: part.text,
        words: allocateWords(0),
        blocks,
        firstLine: part.firstLine,
        content: blocks.length > 0 ? "text" : "blank",
      },
      parts.length,
    );
  }
  return {
    mediaType: "text/x-code",
    pageCount: parts.length,
    paged: false,
  };
};

interface Scope {
  readonly indent: number;
  readonly name: string;
}

const mostScopes = 8;
/** A run of lines that belongs to no definition is cut at the next empty line behind so many. */
const looseLines = 40;

/** @param scopes what is open before the text; changed to what is open behind it */
export function codeBlocks(text: string, scopes: Scope[]): ReadBlock[] {
  const blocks: ReadBlock[] = [];
  let open: { start: number; end: number; lines: number; path: string[] } | null = null;
  /** Where comments and decorators begin that stand right above what comes. */
  let leadStart: number | null = null;
  const flush = (end?: number): void => {
    if (!open) return;
    const until = Math.min(open.end, end ?? open.end);
    const own = text.slice(open.start, until).trimEnd().length;
    if (own > 0) {
      const path = open.path.length > 0 ? { path: open.path } : {};
      blocks.push({ start: open.start, end: open.start + own, kind: "code", ...path });
    }
    open = null;
  };
  let at = 0;
  for (const line of text.split("\n")) {
    const end = at + line.length;
    const trimmed = line.trim();
    if (trimmed === "") {
      if (open && open.lines >= looseLines) flush();
      leadStart = null;
    } else {
      const indent = indentOf(line);
      const name = nameOf(line);
      if (name !== null) {
        while ((scopes.at(-1)?.indent ?? -1) >= indent) scopes.pop();
        const start = leadStart ?? at;
        flush(start);
        if (scopes.length < mostScopes) scopes.push({ indent, name });
        open = { start, end, lines: 1, path: scopes.map((scope) => scope.name) };
      } else {
        // Text at the edge belongs to nothing that is open, but for what closes it.
        if (indent === 0 && !/^[\])}]/u.test(trimmed) && !isLead(trimmed) && scopes.length > 0) {
          scopes.length = 0;
          flush();
        }
        open ??= { start: at, end, lines: 0, path: scopes.map((scope) => scope.name) };
        open.end = end;
        open.lines++;
      }
      leadStart = isLead(trimmed) ? (leadStart ?? at) : null;
    }
    at = end + 1;
  }
  flush();
  return blocks;
}

/** Whether a line is a comment or a decorator, which belongs to what stands below it. */
function isLead(line: string): boolean {
  return /^(?:\/\/|\/\*|\*|#(?!include|define|if|endif)|--|;;|@[\w.]+|\[[\w.]+.*\]$|"""|''')/u.test(
    line,
  );
}
