import { cancelledError } from "../../../../contract/errors.ts";
import { allocateWords } from "../packedWords.ts";
import type { PageSink, ReadBlock, ReadOptions, ReadSummary } from "../Reader.ts";
import { decodeText } from "./decodeText.ts";
import { requireText, splitParts } from "./parts.ts";

/** Reads plain text: paragraphs between empty lines, told by line. */
export async function readText(
  bytes: Uint8Array<ArrayBuffer>,
  onPage: PageSink,
  options: ReadOptions,
): Promise<ReadSummary> {
  const text = decodeText(bytes);
  requireText(text);
  const parts = splitParts(text);
  for (const [i, part] of parts.entries()) {
    if (options.signal?.aborted) throw cancelledError();
    await onPage(
      {
        number: i + 1,
        width: 0,
        height: 0,
        text: part.text,
        words: allocateWords(0),
        blocks: paragraphs(part.text),
        firstLine: part.firstLine,
        content: part.text.trim() === "" ? "blank" : "text",
      },
      parts.length,
    );
  }
  return {
    mediaType: "text/plain",
    pageCount: parts.length,
    paged: false,
  };
}

/** Line by line, since a pattern over many lines would run out of stack on very long ones. */
function paragraphs(text: string): ReadBlock[] {
  const blocks: ReadBlock[] = [];
  let open: ReadBlock | null = null;
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, end);
    const length = line.trimEnd().length;
    if (length === 0) {
      open = null;
    } else if (open) {
      open.end = at + length;
    } else {
      open = { start: at + length - line.trim().length, end: at + length, kind: "paragraph" };
      blocks.push(open);
    }
    at = end + 1;
  }
  return blocks;
}
