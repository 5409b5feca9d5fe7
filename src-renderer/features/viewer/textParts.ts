import { cellsOfRow } from "../../../src-main/contract/tableRows.ts";
import type { Location } from "../../../src-main/contract/locations.ts";
import type { PageBlock, PagePlace } from "../../../src-main/contract/pageStructure.ts";
import { findQuote } from "./findQuote.ts";

/** A part of a document as the engine hands it over. */
export interface TextPart {
  readonly number: number;
  readonly text: string;
  readonly firstLine: number;
  readonly blocks: readonly PageBlock[];
  readonly places: readonly PagePlace[];
}

/** A stretch of one part's text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Which stretch of which parts a quote is, by the number of the part: the first from its place on,
 * else the first of all. Empty where the quote is nowhere. It may go over from one part to the next.
 */
export function spansOfQuote(
  parts: readonly TextPart[],
  location: Location | null,
  quote: string,
): ReadonlyMap<number, Span> {
  const starts: number[] = [];
  let text = "";
  for (const part of parts) {
    starts.push(text.length);
    text += `${part.text}\n\n`;
  }
  const from = location ? offsetOf(parts, starts, location) : 0;
  const later = findQuote(text.slice(from), quote);
  const found = later
    ? { start: later.start + from, end: later.end + from }
    : findQuote(text, quote);
  const spans = new Map<number, Span>();
  if (!found) return spans;
  for (const [at, part] of parts.entries()) {
    const span = within(found, starts[at] ?? 0, part.text.length);
    if (span) spans.set(part.number, span);
  }
  return spans;
}

/** Where in all the text a place begins, or a little before; 0 where it cannot be told. */
function offsetOf(
  parts: readonly TextPart[],
  starts: readonly number[],
  location: Location,
): number {
  let best = 0;
  for (const [at, part] of parts.entries()) {
    const start = starts[at] ?? 0;
    if (location.kind === "lines" && part.firstLine > 0) {
      if (part.firstLine <= location.from) {
        best = start + lineStart(part.text, location.from - part.firstLine);
      }
      continue;
    }
    for (const { start: offset, place } of part.places) {
      if (beginsBefore(place, location)) best = start + offset;
    }
  }
  return best;
}

/** Whether a place is in the same section, sheet or slide as another, and not behind it. */
function beginsBefore(place: Location, wanted: Location): boolean {
  if (place.kind === "slide" && wanted.kind === "slide") return place.slide === wanted.slide;
  if (place.kind === "cells" && wanted.kind === "cells") {
    return place.sheet === wanted.sheet && topRow(place.range) <= topRow(wanted.range);
  }
  if (place.kind === "section" && wanted.kind === "section") {
    return (
      place.path.join("\n") === wanted.path.join("\n") &&
      (place.paragraph ?? 1) <= (wanted.paragraph ?? 1)
    );
  }
  return false;
}

function topRow(range: string): number {
  return Number(/\d+/.exec(range)?.[0] ?? 1);
}

function lineStart(text: string, line: number): number {
  let at = 0;
  for (let i = 0; i < line; i++) {
    const next = text.indexOf("\n", at);
    if (next === -1) break;
    at = next + 1;
  }
  return at;
}

/** What of a stretch lies in a piece of text, relative to where the piece begins. */
export function within(span: Span, start: number, length: number): Span | null {
  const from = Math.max(0, span.start - start);
  const to = Math.min(length, span.end - start);
  return to > from ? { start: from, end: to } : null;
}

/** A part's blocks in order; a part without any is one of preformatted text. */
export function blocksOf({ text, blocks }: TextPart): readonly PageBlock[] {
  if (blocks.length > 0 || text === "") return blocks;
  return [{ start: 0, end: text.length, kind: "code" }];
}

/** A cell of a table, and where in the part its text stands. */
export interface TableCell extends Span {
  readonly column: number;
}

/** The cells of a table block, row by row. */
export function tableCells(text: string, { start, end, columns }: PageBlock): TableCell[][] {
  const rows: TableCell[][] = [];
  let at = start;
  for (const line of text.slice(start, end).split("\n")) {
    const offset = at;
    at += line.length + 1;
    const drawn = !columns && /^\s*\|/.test(line);
    // The line below the names in Markdown.
    if (drawn && /^[\s|:-]+$/.test(line)) continue;
    const cells = drawn ? cellsBetweenBars(line) : cellsOfRow(columns ?? null, line);
    rows.push(
      cells.map((cell) => ({
        column: cell.column,
        start: offset + cell.start,
        end: offset + cell.end,
      })),
    );
  }
  return rows;
}

/** The cells of a row as Markdown draws it: "| a | b |". */
function cellsBetweenBars(line: string): TableCell[] {
  const cells: TableCell[] = [];
  let at = line.indexOf("|") + 1;
  for (const piece of line
    .slice(at)
    .replace(/\|\s*$/, "")
    .split("|")) {
    const start = at + piece.length - piece.trimStart().length;
    cells.push({ column: cells.length, start, end: Math.max(start, at + piece.trimEnd().length) });
    at += piece.length + 1;
  }
  return cells;
}
