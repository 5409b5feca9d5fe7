import type { Placed } from "./breakLines.ts";

/** A line of the text, or of a footnote. Lengths are in points. */
export interface Line {
  readonly pieces: readonly Placed[];
  readonly height: number;
  /** Left out at the top of a page. */
  readonly spaceBefore: number;
  /** It is not the last of its page. */
  readonly keepWithNext?: boolean;
  /** A line at its left side, for quotes; from the left margin. */
  readonly bar?: number;
  /** A line across the page instead of text. */
  readonly rule?: boolean;
}

export interface Page {
  readonly lines: readonly Line[];
  readonly notes: readonly Line[];
}

/**
 * Fills pages of a height. The lines of a footnote stand on the page of its first mention; what has no
 * room there goes on at the foot of the next page.
 *
 * @param noteLines the lines of a footnote
 * @param noteGap what stands between text and footnotes
 */
export function paginate(
  lines: readonly Line[],
  height: number,
  noteLines: (note: number) => readonly Line[],
  noteGap: number,
): Page[] {
  const pages: { lines: Line[]; notes: Line[] }[] = [];
  const seen = new Set<number>();
  let page = { lines: [] as Line[], notes: [] as Line[] };
  let waiting: Line[] = [];
  const used = (now: { lines: Line[]; notes: Line[] }): number =>
    heightOf(now.lines) + (now.notes.length > 0 ? noteGap + heightOf(now.notes) : 0);
  const newPage = (): void => {
    pages.push(page);
    page = { lines: [], notes: [] };
    // What was left of footnotes comes first, on half of the page at most.
    while (waiting.length > 0 && noteGap + heightOf(page.notes) < height / 2) {
      const next = waiting.shift();
      if (next) page.notes.push(next);
    }
  };
  for (let at = 0; at < lines.length;) {
    const group = [lines[at]!];
    while (group.at(-1)?.keepWithNext && lines[at + group.length]) {
      group.push(lines[at + group.length]!);
    }
    const fresh = [
      ...new Set(group.flatMap((line) => line.pieces.flatMap(({ note }) => note ?? []))),
    ].filter((note) => !seen.has(note));
    const notes = fresh.flatMap((note) => [...noteLines(note)]);
    const together = { lines: [...page.lines, ...group], notes: [...page.notes, ...notes] };
    const isEmpty = page.lines.length === 0;
    if (used(together) > height && !(isEmpty && waiting.length === 0 && page.notes.length === 0)) {
      // A page with only the rest of footnotes ends too.
      newPage();
      continue;
    }
    for (const note of fresh) seen.add(note);
    page.lines.push(...group);
    for (const line of notes) {
      const fits = used({ lines: page.lines, notes: [...page.notes, line] }) <= height;
      if (fits && waiting.length === 0) page.notes.push(line);
      else waiting.push(line);
    }
    at += group.length;
  }
  newPage();
  while (page.notes.length > 0) newPage();
  return pages;
}

function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line, at) => sum + line.height + (at === 0 ? 0 : line.spaceBefore), 0);
}
