import { cancelledError } from "../../../../contract/errors.ts";
import { allocateWords } from "../packedWords.ts";
import type { PageSink, ReadBlock, ReadOptions, ReadSummary } from "../Reader.ts";
import { decodeText } from "../text/decodeText.ts";
import { requireText, splitParts } from "../text/parts.ts";
import { plainLine } from "./plainMarkdown.ts";

type Kind = ReadBlock["kind"];

/** What a line is. `blank` lines and marks that only structure the text part blocks. */
type Line =
  | { kind: "blank" }
  | { kind: "heading"; level: number; text: string }
  | { kind: Exclude<Kind, "heading">; text: string; starts: boolean };

/**
 * Reads Markdown: headings, paragraphs, lists, tables and fenced code, told by line. The text handed
 * over has as many lines as the file, each without its inline marks.
 */
export async function readMarkdown(
  bytes: Uint8Array<ArrayBuffer>,
  onPage: PageSink,
  options: ReadOptions,
): Promise<ReadSummary> {
  const source = decodeText(bytes);
  requireText(source);
  const lines = classify(source.split("\n"));
  const text = lines.map((line) => (line.kind === "blank" ? "" : line.text)).join("\n");
  const parts = splitParts(text, (index) => lines[index]?.kind !== "code");
  let title: string | undefined;
  for (const [i, part] of parts.entries()) {
    if (options.signal?.aborted) throw cancelledError();
    const first = part.firstLine - 1;
    const blocks = toBlocks(part.text, lines, first);
    title ??= titleOf(part.text, blocks);
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
    mediaType: "text/markdown",
    ...(title ? { title } : {}),
    pageCount: parts.length,
    paged: false,
  };
}

function titleOf(text: string, blocks: readonly ReadBlock[]): string | undefined {
  const heading = blocks.find((block) => block.kind === "heading" && block.level === 1);
  return heading ? text.slice(heading.start, heading.end).slice(0, 300) : undefined;
}

function classify(source: readonly string[]): Line[] {
  const lines: Line[] = [];
  let fence: string | null = null;
  let at = frontMatterEnd(source);
  for (let i = 0; i < at; i++) lines.push({ kind: "blank" });
  for (; at < source.length; at++) {
    const line = source[at] ?? "";
    const mark: string | undefined = /^ {0,3}(`{3,}|~{3,})/u.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
      lines.push(fence === null ? { kind: "blank" } : { kind: "code", text: line, starts: false });
      continue;
    }
    if (mark) {
      fence = mark;
      lines.push({ kind: "blank" });
      continue;
    }
    const last = lines.at(-1);
    // A line of = or - under a paragraph of one line makes that a heading.
    if (/^ {0,3}(?:=+|-{2,})[ \t]*$/u.test(line) && last?.kind === "paragraph" && last.starts) {
      lines[lines.length - 1] = {
        kind: "heading",
        level: line.includes("=") ? 1 : 2,
        text: last.text,
      };
      lines.push({ kind: "blank" });
      continue;
    }
    lines.push(classifyLine(line, last));
  }
  return lines;
}

function classifyLine(line: string, last: Line | undefined): Line {
  if (/^\s*$/u.test(line) || /^ {0,3}(?:[-*_][ \t]*){3,}$/u.test(line)) return { kind: "blank" };
  const heading = /^ {0,3}(#{1,6})(?:[ \t]|$)/u.exec(line);
  if (heading) {
    const text = plainLine(line).trim();
    return text === "" || /^#+$/u.test(text)
      ? { kind: "blank" }
      : { kind: "heading", level: heading[1]?.length ?? 1, text };
  }
  if (/^\s*\|.*\|\s*$/u.test(line)) {
    return { kind: "table", text: plainLine(line), starts: last?.kind !== "table" };
  }
  if (/^\s*(?:[-*+]|\d{1,9}[.)])[ \t]/u.test(line)) {
    return { kind: "list", text: plainLine(line), starts: true };
  }
  if (/^(?: {4}|\t)/u.test(line) && (!last || last.kind === "blank" || last.kind === "code")) {
    return { kind: "code", text: line, starts: last?.kind !== "code" };
  }
  const text = plainLine(line);
  if (last?.kind === "list") return { kind: "list", text, starts: false };
  return { kind: "paragraph", text, starts: last?.kind !== "paragraph" };
}

function frontMatterEnd(source: readonly string[]): number {
  if (source[0]?.trim() !== "---") return 0;
  for (let i = 1; i < Math.min(source.length, 100); i++) {
    if (source[i]?.trim() === "---") return i + 1;
  }
  return 0;
}

function toBlocks(text: string, lines: readonly Line[], first: number): ReadBlock[] {
  const blocks: ReadBlock[] = [];
  let at = 0;
  let before: Line | undefined;
  for (let i = first; at < text.length; i++) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const line = lines[i];
    if (line && line.kind !== "blank" && end > at) {
      const open = blocks.at(-1);
      if (line.kind === "heading") {
        blocks.push({ start: at, end, kind: "heading", level: line.level });
      } else if (open && before && before.kind === line.kind && !line.starts) {
        open.end = end;
      } else {
        blocks.push({ start: at, end, kind: line.kind });
      }
    }
    // An empty line within fenced code does not end it.
    if (!(line?.kind === "code" && end === at)) before = line;
    at = end + 1;
  }
  return blocks;
}
