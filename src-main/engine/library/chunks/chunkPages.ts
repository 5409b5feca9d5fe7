import type { Location } from "../../../contract/locations.ts";
import { locate, type LocatablePage, type PageRange } from "../readers/locate.ts";
import type { ReadPage } from "../readers/Reader.ts";
import { estimateTokens } from "./estimateTokens.ts";
import { findContinuation, type Continuation } from "./findContinuation.ts";
import {
  HeadingPath,
  pageUnits,
  RunningTitles,
  type ChunkingState,
  type Unit,
} from "./pageUnits.ts";
import type { TextRange } from "./splitSentences.ts";

/** Changes whenever the same pages would give other chunks; part of the embedding fingerprint. */
export const chunkerVersion = "1";

/** Where a part of a chunk's text comes from. */
export interface ChunkPart {
  /** `number` of the page (or part of an unpaged file). */
  page: number;
  /** In that page's text. */
  start: number;
  end: number;
  /** Where it begins in the chunk's text. */
  textStart: number;
}

export interface Chunk {
  /** Place in the document, from 0. */
  ordinal: number;
  /** The page on which it begins; null where the kind of file has no pages. */
  page: number | null;
  /** As `page`, but for files without pages the number of the part, as {@link ReadPage.number}. */
  firstPage: number;
  text: string;
  /** In the text of the first page. A sentence that goes on behind it is in `parts`. */
  start: number;
  end: number;
  /** One part, or two where its last sentence goes on on the next page. */
  parts: ChunkPart[];
  /** Sentences and rows, relative to `text`; headings are not among them. */
  sentences: TextRange[];
  /** Headings above the text, from the highest down; those within the text are not repeated. */
  headings: string[];
  /** The headings as one line, "" if there are none. Not part of the text. */
  context: string;
  location: Location;
}

export interface ChunkOptions {
  /** Word pieces of a text for the embedder, or an estimate. */
  countTokens?: (text: string) => number;
  /** Chunks are filled up to about this. Default 190. */
  targetTokens?: number;
  /** No chunk is larger, its context included, as `countTokens` counts. Default 230. */
  maxTokens?: number;
}

const contextTokens = 32;
/** A sentence up to this size is repeated at the start of the next chunk. */
const overlapTokens = 45;
/** A heading starts a chunk of its own once the one before has this much. */
const sectionTokens = 48;
/** What is left at a page's end goes with the chunk before it if it is smaller than this. */
const smallTokens = 32;

/**
 * Chunks of a document: whole sentences up to a token budget, the last sentence repeated in the next
 * chunk, never over a page's end but for a sentence that goes on on the next page; that sentence
 * belongs to the page where it begins.
 *
 * @param document whether it has pages, as its summary says.
 */
export function chunkPages(
  pages: Iterable<ReadPage>,
  document: { paged: boolean },
  options: ChunkOptions = {},
): Chunk[] {
  const chunker = new Chunker(document, options);
  const chunks: Chunk[] = [];
  for (const page of pages) chunks.push(...chunker.push(page));
  chunks.push(...chunker.finish());
  return chunks;
}

/** As {@link chunkPages}, page after page: holds one page back, to see whether a sentence goes on. */
export class Chunker {
  readonly #paged: boolean;
  readonly #count: (text: string) => number;
  readonly #target: number;
  readonly #max: number;
  readonly #state: ChunkingState = { path: new HeadingPath(), titles: new RunningTitles() };
  #ordinal = 0;
  #held: { page: ReadPage; units: Unit[] } | null = null;

  constructor(document: { paged: boolean }, options: ChunkOptions = {}) {
    this.#paged = document.paged;
    this.#count = options.countTokens ?? estimateTokens;
    this.#max = Math.max(16, (options.maxTokens ?? 230) - contextTokens);
    this.#target = Math.min(this.#max, options.targetTokens ?? 190);
  }

  /** @returns the chunks of the page before, now complete. */
  push(page: ReadPage): Chunk[] {
    const held = this.#held;
    const units = pageUnits(page, this.#state, this.#max, this.#count);
    this.#held = { page, units };
    if (!held) return [];
    // A slide ends; a page that was laid out may part a sentence.
    const continuation =
      this.#paged && held.page.width > 0
        ? findContinuation(held, { page, units }, this.#count)
        : null;
    if (continuation) {
      // A piece of a sentence that was taken along is not a unit of its own page any more.
      this.#held.units = units.filter((unit) => unit !== continuation.unit);
    }
    return this.#chunksOf(held.page, held.units, continuation);
  }

  finish(): Chunk[] {
    const held = this.#held;
    this.#held = null;
    return held ? this.#chunksOf(held.page, held.units, null) : [];
  }

  #chunksOf(page: ReadPage, units: readonly Unit[], continuation: Continuation | null): Chunk[] {
    const groups = groupUnits(units, this.#target, this.#max, continuation);
    return groups.map((group) => {
      const goesOn = continuation && group.at(-1) === continuation.from ? continuation : null;
      return this.#makeChunk(page, group, goesOn);
    });
  }

  #makeChunk(page: ReadPage, group: readonly Unit[], goesOn: Continuation | null): Chunk {
    const first = group[0];
    const last = group.at(-1);
    if (!first || !last) throw new RangeError("A chunk needs at least one unit.");
    const start = first.start;
    const end = last.end - (goesOn?.dropped ?? 0);
    let text = page.text.slice(start, end);
    const parts: ChunkPart[] = [{ page: page.number, start, end, textStart: 0 }];
    const ranges: PageRange[] = [{ page, start, end }];
    const sentences = group
      .filter((unit) => unit.kind !== "heading")
      .map((unit) => ({ start: unit.start - start, end: Math.min(unit.end, end) - start }));
    if (goesOn) {
      const { page: next, unit, joiner } = goesOn;
      text += joiner;
      parts.push({ page: next.number, start: unit.start, end: unit.end, textStart: text.length });
      ranges.push({ page: next, start: unit.start, end: unit.end });
      text += next.text.slice(unit.start, unit.end);
      const open = sentences.at(-1);
      if (open) open.end = text.length;
    }
    const headings = this.#fitting(first.headings);
    return {
      ordinal: this.#ordinal++,
      page: this.#paged ? page.number : null,
      firstPage: page.number,
      text,
      start,
      end,
      parts,
      sentences,
      headings,
      context: headings.join(" › "),
      location: locate(ranges),
    };
  }

  /** As many headings, from the nearest up, as the room for context takes. */
  #fitting(headings: readonly string[]): string[] {
    const fitting: string[] = [];
    let tokens = 0;
    for (const heading of headings.toReversed()) {
      tokens += this.#count(heading) + 1;
      if (tokens > contextTokens) break;
      fitting.unshift(heading);
    }
    return fitting;
  }
}

/** The ranges of a page's text that a stretch of a chunk's text stands for; see {@link locate}. */
export function rangesInChunk(
  chunk: Pick<Chunk, "parts">,
  stretch: TextRange,
  pages: ReadonlyMap<number, LocatablePage>,
): PageRange[] {
  return chunk.parts.flatMap((part) => {
    const page = pages.get(part.page);
    const start = Math.max(part.start, part.start + stretch.start - part.textStart);
    const end = Math.min(part.end, part.start + stretch.end - part.textStart);
    return page && end > start ? [{ page, start, end }] : [];
  });
}

function groupUnits(
  units: readonly Unit[],
  target: number,
  max: number,
  continuation: Continuation | null,
): Unit[][] {
  const groups: Unit[][] = [];
  let group: Unit[] = [];
  let tokens = 0;
  let fresh = 0;
  const flush = (): void => {
    if (fresh > 0) groups.push(group);
    group = [];
    tokens = 0;
    fresh = 0;
  };
  for (const unit of units) {
    const cost = unit.tokens + (continuation?.from === unit ? continuation.tokens : 0);
    const section = unit.kind === "heading" && tokens >= sectionTokens;
    const full = tokens + cost > target && !(tokens < 0.6 * target && tokens + cost <= max);
    if (fresh > 0 && (section || full)) {
      const last = group.at(-1);
      flush();
      if (last && !section && overlaps(last, unit) && last.tokens + cost <= max) {
        group = [last];
        tokens = last.tokens;
      }
    } else if (fresh === 0 && tokens + cost > max) {
      group = [];
      tokens = 0;
    }
    group.push(unit);
    tokens += cost;
    fresh++;
    // What goes on on the next page is the last of its chunk.
    if (continuation?.from === unit) flush();
  }
  const rest = fresh > 0 ? group : [];
  const before = groups.at(-1);
  const isNew = rest.filter((unit) => !before?.includes(unit));
  const together = sum(before ?? []) + sum(isNew);
  if (
    before &&
    rest.length > 0 &&
    sum(isNew) < smallTokens &&
    together <= max &&
    !isNew.some((unit) => unit.kind === "heading") &&
    before.at(-1) !== continuation?.from
  ) {
    before.push(...isNew);
  } else if (rest.length > 0) {
    groups.push(rest);
  }
  return groups;
}

function overlaps(last: Unit, next: Unit): boolean {
  const prose = (unit: Unit): boolean => unit.kind === "paragraph" || unit.kind === "list";
  return prose(last) && prose(next) && last.tokens <= overlapTokens;
}

function sum(units: readonly Unit[]): number {
  return units.reduce((total, unit) => total + unit.tokens, 0);
}
