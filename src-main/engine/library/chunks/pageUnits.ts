import type { ReadBlock, ReadPage } from "../readers/Reader.ts";
import { splitSentences } from "./splitSentences.ts";

/** The smallest thing a chunk is made of: a sentence, a row, a heading, or a piece of a long one. */
export interface Unit {
  start: number;
  end: number;
  tokens: number;
  kind: ReadBlock["kind"];
  /** Headings above it, from the highest down. */
  headings: readonly string[];
  /** Whether it begins a block. */
  first: boolean;
}

/** The headings that hold at a place of a document, by level. */
export class HeadingPath {
  #open: { level: number; text: string }[] = [];

  enter(level: number, text: string): void {
    this.#open = this.#open.filter((heading) => heading.level < level);
    this.#open.push({ level, text: text.replace(/\s+/gu, " ").trim().slice(0, 120) });
  }

  /** Nothing above holds any more. */
  leave(): void {
    this.#open = [];
  }

  get path(): readonly string[] {
    return this.#open.map((heading) => heading.text);
  }
}

/** So many pages back a running title is looked for; left and right pages often differ. */
const titleReach = 3;

/** Remembers what stood at the edges of pages, to know running titles by their return. */
export class RunningTitles {
  readonly #seen = new Map<string, number>();

  /** Whether the same, but for its numbers, stood at this edge of one of the pages before. */
  isRepeat(edge: "head" | "foot", text: string, page: number): boolean {
    if (text.length > 110) return false;
    const key = `${edge}:${text.replace(/\d+|\b[ivxlc]+\b/giu, "#").toLowerCase()}`;
    const last = this.#seen.get(key);
    this.#seen.set(key, page);
    return last !== undefined && page - last <= titleReach;
  }
}

/** What the chunks of a document know of the pages before. */
export interface ChunkingState {
  path: HeadingPath;
  titles: RunningTitles;
}

/**
 * Cuts a page's blocks into units no larger than a chunk may be. Blocks without letters or digits,
 * and page numbers at the head or foot, alone or with a running title, are left out, as are running titles that come back.
 */
export function pageUnits(
  page: Pick<ReadPage, "text" | "blocks" | "number" | "width" | "places">,
  { path, titles }: ChunkingState,
  maxTokens: number,
  countTokens: (text: string) => number,
): Unit[] {
  const units: Unit[] = [];
  const sections = (page.places ?? []).flatMap(({ start, place }) =>
    place.kind === "section" ? [{ start, path: place.path }] : [],
  );
  let section = -1;
  // What heads one slide does not head the next.
  if (page.places?.[0]?.place.kind === "slide") path.leave();
  for (const [i, block] of page.blocks.entries()) {
    const text = page.text.slice(block.start, block.end);
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    // Only what was laid out in pages has heads and feet.
    if (page.width > 0 && isEdge(page, i)) {
      const edge = i < page.blocks.length / 2 ? "head" : "foot";
      const repeat = titles.isRepeat(edge, text, page.number);
      if (repeat || isRunningTitle(text, block.kind, page.number)) continue;
    }
    if (block.kind === "heading") path.enter(block.level ?? 6, text);
    while ((sections[section + 1]?.start ?? Infinity) <= block.start) section++;
    const open = sections[section]?.path ?? path.path;
    const above = block.kind === "heading" ? open.slice(0, -1) : open;
    const headings = block.path ? [...above, ...block.path] : above;
    let first = true;
    for (const range of cutBlock(text, block)) {
      const whole = text.slice(range.start, range.end);
      const tokens = countTokens(whole);
      const pieces =
        tokens > maxTokens
          ? cutLong(whole, maxTokens, countTokens)
          : [{ start: 0, end: whole.length, tokens }];
      for (const piece of pieces) {
        units.push({
          start: block.start + range.start + piece.start,
          end: block.start + range.start + piece.end,
          tokens: piece.tokens,
          kind: block.kind,
          headings,
          first,
        });
        first = false;
      }
    }
  }
  return units;
}

export function isPageNumber(text: string): boolean {
  return (
    text.length < 24 &&
    /^\W*(?:page\s+|seite\s+)?(?:\d{1,5}|[ivxlc]{1,7})(?:\s*(?:of|\/|von)\s*\d{1,5})?\W*$/iu.test(
      text,
    )
  );
}

/** Whether a block is one of the two at a page's head or foot. */
function isEdge(page: Pick<ReadPage, "blocks">, i: number): boolean {
  return page.blocks.length > 2 && (i < 2 || i >= page.blocks.length - 2);
}

/** A short line at a page's edge that ends, or unless a heading begins, with about its number. */
function isRunningTitle(text: string, kind: ReadBlock["kind"], page: number): boolean {
  if (isPageNumber(text)) return true;
  if (text.length > 110 || text.includes("\n\n")) return false;
  const near = (digits: string | undefined): boolean =>
    digits !== undefined && Number(digits) <= page + 2 && Number(digits) >= page - 60;
  const last = /[\s|–—-](\d{1,4})$/u.exec(text)?.[1];
  const first = /^(\d{1,4})[\s|–—-]/u.exec(text)?.[1];
  return (
    near(last) ||
    (kind !== "heading" &&
      kind !== "list" &&
      text.length < 80 &&
      !/[.!?]$/u.test(text) &&
      near(first))
  );
}

function cutBlock(text: string, block: ReadBlock): { start: number; end: number }[] {
  if (block.kind === "heading") return [{ start: 0, end: text.length }];
  if (block.kind === "table" || block.kind === "code") return lines(text);
  return splitSentences(text);
}

function lines(text: string): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, end);
    const trimmed = line.trim();
    if (trimmed !== "") {
      const start = at + line.indexOf(trimmed);
      ranges.push({ start, end: start + trimmed.length });
    }
    at = end + 1;
  }
  return ranges;
}

/** Cuts what is too long at a clause, else at a blank, else between characters. */
function cutLong(
  text: string,
  maxTokens: number,
  countTokens: (text: string) => number,
): { start: number; end: number; tokens: number }[] {
  const pieces: { start: number; end: number; tokens: number }[] = [];
  let at = 0;
  let guess = maxTokens * 4;
  while (at < text.length) {
    let end = Math.min(text.length, at + guess);
    let tokens = countTokens(text.slice(at, end));
    while (tokens > maxTokens && end - at > 1) {
      end = at + Math.max(1, Math.floor(((end - at) * maxTokens * 0.9) / tokens));
      tokens = countTokens(text.slice(at, end));
    }
    guess = Math.max(16, Math.min(maxTokens * 8, Math.ceil((end - at) * 1.2)));
    if (end < text.length) {
      const cut = goodCut(text, at, end);
      if (cut !== end) {
        end = cut;
        tokens = countTokens(text.slice(at, end));
      }
    }
    const piece = text.slice(at, end);
    const trimmed = piece.trim();
    if (trimmed !== "") {
      const start = at + piece.indexOf(trimmed);
      pieces.push({ start, end: start + trimmed.length, tokens });
    }
    at = end;
  }
  return pieces;
}

function goodCut(text: string, from: number, end: number): number {
  const piece = text.slice(from, end);
  const half = piece.length / 2;
  const clause = Math.max(
    piece.lastIndexOf("; "),
    piece.lastIndexOf(", "),
    piece.lastIndexOf(": "),
  );
  if (clause > half) return from + clause + 2;
  const blank = Math.max(piece.lastIndexOf(" "), piece.lastIndexOf("\n"));
  if (blank > half) return from + blank + 1;
  // Never between the halves of one character.
  const code = text.charCodeAt(end);
  return code >= 0xdc00 && code <= 0xdfff && end - from > 1 ? end - 1 : end;
}
