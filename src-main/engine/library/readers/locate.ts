import type { Location, Rect } from "../../../contract/locations.ts";
import { firstWordAfter, wordAt } from "./packedWords.ts";
import { placeOf } from "./placeOf.ts";
import type { ReadBlock, ReadPage } from "./Reader.ts";

/** What of a page is needed to find a place in it. */
export type LocatablePage = Pick<ReadPage, "number" | "text" | "words" | "firstLine" | "places"> & {
  readonly blocks?: readonly ReadBlock[];
};

/** A range of a page's text; UTF-16 offsets, end excluded. */
export interface PageRange {
  page: LocatablePage;
  start: number;
  end: number;
}

/**
 * The place of one or more ranges of text. On pages: the rectangles of the words they touch, one
 * per line; the location belongs to the first range's page and may hold rectangles of the next. In
 * files without pages: the lines from the first range's first to the last range's last, or what the
 * page's places say.
 *
 * @throws RangeError if no range is given.
 */
export function locate(ranges: readonly PageRange[]): Location {
  const first = ranges[0];
  const last = ranges.at(-1);
  if (!first || !last) throw new RangeError("A location needs at least one range of text.");
  const place = placeOf(first, last);
  if (place) return place;
  if (first.page.firstLine > 0) {
    const from = lineAt(first.page, first.start);
    return {
      kind: "lines",
      from,
      to: Math.max(from, lineAt(last.page, Math.max(last.start, last.end - 1))),
    };
  }
  return {
    kind: "page",
    page: first.page.number,
    rects: ranges.flatMap((range) => rectsOf(range.page, range.start, range.end)),
  };
}

/** The rectangles of the words that a range touches, merged along each line. */
export function rectsOf(
  page: Pick<LocatablePage, "number" | "words">,
  start: number,
  end: number,
): Rect[] {
  const rects: Rect[] = [];
  let current: Rect | null = null;
  let upright = false;
  for (let i = firstWordAfter(page.words, start); i < page.words.count; i++) {
    const word = wordAt(page.words, i);
    if (word.start >= end) break;
    const rect = {
      page: page.number,
      x: word.x,
      y: word.y,
      width: word.width,
      height: word.height,
    };
    const letters = word.end - word.start;
    // No word of three letters is higher than wide, unless it stands on its side.
    const onSide = letters >= 3 && word.height > word.width;
    if (current && continues(current, rect, upright || onSide, letters)) {
      upright ||= onSide;
      const right: number = Math.max(current.x + current.width, rect.x + rect.width);
      const bottom: number = Math.max(current.y + current.height, rect.y + rect.height);
      current.x = Math.min(current.x, rect.x);
      current.y = Math.min(current.y, rect.y);
      current.width = right - current.x;
      current.height = bottom - current.y;
    } else {
      current = rect;
      upright = onSide;
      rects.push(current);
    }
  }
  return rects;
}

/** Whether a word stands beside or, in text that runs up or down, above or below what came before. */
function continues(before: Rect, word: Rect, upright: boolean, letters: number): boolean {
  const overlapY = overlap(before.y, before.height, word.y, word.height);
  const overlapX = overlap(before.x, before.width, word.x, word.width);
  if (!upright) {
    const reach = 3 * Math.max(before.height, word.height);
    if (overlapY > 0.5 * Math.min(before.height, word.height) && -overlapX < reach) return true;
    // One letter above another is vertical writing, if not more than a little apart.
    if (letters > 1) return false;
  }
  return (
    overlapX > 0.8 * Math.max(before.width, word.width) &&
    -overlapY < (upright ? 0.9 : 0.4) * Math.min(before.width, word.width)
  );
}

function overlap(a: number, aLength: number, b: number, bLength: number): number {
  return Math.min(a + aLength, b + bLength) - Math.max(a, b);
}

function lineAt(page: LocatablePage, offset: number): number {
  let line = page.firstLine;
  let at = page.text.indexOf("\n");
  while (at !== -1 && at < offset) {
    line++;
    at = page.text.indexOf("\n", at + 1);
  }
  return line;
}
