import type { Location } from "../../../src-main/contract/locations.ts";
import type { EntryPlace, OutlineEntry } from "./outline.ts";
import type { TextPart } from "./textParts.ts";

/** A place in a text: the part by its number, and the UTF-16 offset of a block in it. */
export type TextPosition = EntryPlace;

export interface TextOutline {
  readonly entries: readonly OutlineEntry[];
  readonly places: ReadonlyMap<number, TextPosition>;
}

/** The headings of a text. Levels that a document skips are not skipped here. */
export function headingsOf(parts: readonly TextPart[]): TextOutline {
  const entries: OutlineEntry[] = [];
  const places = new Map<number, TextPosition>();
  const above: number[] = [];
  for (const { number, text, blocks } of parts) {
    for (const { kind, level = 6, start, end } of blocks) {
      const title = kind === "heading" ? text.slice(start, end).replace(/\s+/g, " ").trim() : "";
      if (title === "") continue;
      while ((above.at(-1) ?? 0) >= level) above.pop();
      above.push(level);
      const id = entries.length;
      entries.push({ id, title, level: above.length, open: true });
      places.set(id, { part: number, at: start });
    }
  }
  return { entries, places };
}

/** What a place in a text is called: its section, slide, cells or line. Null where it has no name. */
export function placeAt(parts: readonly TextPart[], { part, at }: TextPosition): Location | null {
  const own = parts.find(({ number }) => number === part);
  if (!own) return null;
  const place = own.places.findLast(({ start }) => start <= at)?.place;
  if (place) return place;
  if (own.firstLine === 0) return null;
  const line = own.firstLine + own.text.slice(0, at).split("\n").length - 1;
  return { kind: "lines", from: line, to: line };
}
