import { keywordText } from "../index/keywordText.ts";
import { chunkPages, type Chunk } from "../library/chunks/chunkPages.ts";
import { indexedText } from "../library/PassageIndex.ts";
import { allocateWords } from "../library/readers/packedWords.ts";
import type { ReadBlock, ReadPage } from "../library/readers/Reader.ts";
import type { EvalChunk } from "./evaluateRetrieval.ts";
import type { BeirDocument } from "./loadBeir.ts";

/**
 * Cuts a document of a test collection as the library would: its title as a heading, then its text.
 * Many collections repeat the title at the start of the text; then it stands there once.
 */
export function chunkTestDocument(document: Pick<BeirDocument, "title" | "text">): EvalChunk[] {
  return cutTestDocument(document).map((chunk) => ({
    embedText: indexedText(chunk),
    indexText: keywordText(chunk),
  }));
}

/** The chunks themselves. */
export function cutTestDocument(document: Pick<BeirDocument, "title" | "text">): Chunk[] {
  return chunkPages([asPage(document)], { paged: false });
}

function asPage(document: Pick<BeirDocument, "title" | "text">): ReadPage {
  const title = document.title.trim();
  const body = document.text.trim();
  const repeated = title !== "" && body.startsWith(title);
  const rest = (repeated ? body.slice(title.length) : body).trimStart();
  const text = [title, rest].filter((part) => part !== "").join("\n\n");
  const blocks: ReadBlock[] = [];
  if (title !== "") blocks.push({ start: 0, end: title.length, kind: "heading", level: 1 });
  if (rest !== "") {
    blocks.push({ start: text.length - rest.length, end: text.length, kind: "paragraph" });
  }
  return {
    number: 1,
    width: 0,
    height: 0,
    text,
    words: allocateWords(0),
    blocks,
    firstLine: 1,
    content: "text",
  };
}
