import type { Location } from "../../../contract/locations.ts";
import type { PagePlace } from "../../../contract/pageStructure.ts";
import { formatRange, parseRange } from "./cellRange.ts";
import type { LocatablePage, PageRange } from "./locate.ts";

/**
 * The place of a stretch of text by its page's own places: the cells of its rows, the paragraph of
 * its section, its slide, its lines. Null where the page has none.
 */
export function placeOf(first: PageRange, last: PageRange): Location | null {
  const from = placeAt(first.page, first.start);
  if (!from) return null;
  const end = Math.max(last.start, last.end - 1);
  const to = placeAt(last.page, end) ?? from;
  const { place } = from;
  switch (place.kind) {
    case "section": {
      if (place.paragraph === undefined) return place;
      const before = paragraphsBetween(first.page, from.start, first.start);
      return { ...place, paragraph: place.paragraph + before };
    }
    case "lines": {
      const line = place.from + newlines(first.page.text, from.start, first.start);
      const until =
        to.place.kind === "lines"
          ? to.place.from + newlines(last.page.text, to.start, end)
          : place.to;
      return { kind: "lines", from: line, to: Math.max(line, until) };
    }
    case "cells": {
      const cells = parseRange(place.range);
      if (!cells) return place;
      const top = cells.top + newlines(first.page.text, from.start, first.start);
      const other = to.place.kind === "cells" && to.place.sheet === place.sheet ? to : null;
      const others = other?.place.kind === "cells" ? parseRange(other.place.range) : null;
      const bottom =
        other && others
          ? others.top + newlines(last.page.text, other.start, end)
          : cells.top + newlines(first.page.text, from.start, first.end);
      const range = formatRange({
        top,
        bottom: Math.max(top, bottom),
        left: Math.min(cells.left, others?.left ?? cells.left),
        right: Math.max(cells.right, others?.right ?? cells.right),
      });
      return { kind: "cells", sheet: place.sheet, range };
    }
    case "page":
    case "slide":
    case "time":
      return place;
  }
}

/** The last place that begins at or before an offset. */
function placeAt(page: LocatablePage, offset: number): PagePlace | null {
  const places = page.places ?? [];
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle]?.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return places[low - 1] ?? null;
}

/** How many blocks that are no headings end in a stretch, notes apart. */
function paragraphsBetween(page: LocatablePage, from: number, to: number): number {
  let count = 0;
  for (const block of page.blocks ?? []) {
    if (block.start >= to) break;
    if (block.start >= from && block.end <= to && block.kind !== "heading") count++;
  }
  return count;
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) {
    count++;
  }
  return count;
}
