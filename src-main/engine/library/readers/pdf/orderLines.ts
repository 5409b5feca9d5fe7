import { makeLine, type PdfLine } from "./groupLines.ts";
import type { Turn } from "./PdfWord.ts";

/**
 * Lines in reading order. Most programs write text in the order in which it is read, so that order
 * is kept unless the places contradict it: lines that keep jumping upwards, or two columns written
 * row by row. Then the page is cut along its gaps, columns before rows.
 */
export function orderLines(lines: PdfLine[]): PdfLine[] {
  const main = mainTurn(lines);
  const upright = lines.filter((line) => line.turn === main);
  const others = lines.filter((line) => line.turn !== main);
  const ordered =
    upright.length > 3 && (isScattered(upright) || isInterleaved(upright))
      ? cutPage(joinRows(upright), 0)
      : upright;
  return [...ordered, ...others];
}

function mainTurn(lines: readonly PdfLine[]): Turn {
  const letters: [number, number, number, number] = [0, 0, 0, 0];
  for (const line of lines) {
    for (const word of line.words) letters[line.turn] += word.text.length;
  }
  let best: Turn = 0;
  for (const turn of [1, 2, 3] as const) if (letters[turn] > letters[best]) best = turn;
  return best;
}

/** Whether the order of content jumps about: back to the left in one row, or upwards in a column. */
function isScattered(lines: readonly PdfLine[]): boolean {
  let jumps = 0;
  for (let i = 1; i < lines.length; i++) {
    const a = lines[i - 1];
    const b = lines[i];
    if (!a || !b) continue;
    const size = Math.max(a.size, b.size);
    const sameRow = Math.abs(a.base - b.base) < 0.4 * size;
    const overlapping =
      Math.min(a.to, b.to) - Math.max(a.from, b.from) >
      0.3 * Math.min(a.to - a.from, b.to - b.from);
    if (sameRow ? b.to < a.from + size : b.base < a.base - size && overlapping) jumps++;
  }
  return jumps > 3 && jumps > 0.15 * lines.length;
}

/** Two columns of running text, written row by row: many rows of two long lines, one gap. */
function isInterleaved(lines: readonly PdfLine[]): boolean {
  let rows = 0;
  let gapFrom = -Infinity;
  let gapTo = Infinity;
  for (let i = 1; i < lines.length; i++) {
    const a = lines[i - 1];
    const b = lines[i];
    if (!a || !b || Math.abs(a.base - b.base) > 0.4 * Math.max(a.size, b.size)) continue;
    if (b.from <= a.to || a.words.length < 4 || b.words.length < 4) continue;
    const nextFrom = Math.max(gapFrom, a.to);
    const nextTo = Math.min(gapTo, b.from);
    if (nextFrom >= nextTo) return false;
    gapFrom = nextFrom;
    gapTo = nextTo;
    rows++;
  }
  return rows >= 6;
}

/** Puts scattered pieces of one row together again, in order of place. */
function joinRows(lines: readonly PdfLine[]): PdfLine[] {
  const sorted = lines.toSorted((a, b) => a.base - b.base || a.from - b.from);
  const rows: PdfLine[][] = [];
  for (const line of sorted) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row && first && Math.abs(first.base - line.base) < 0.3 * Math.max(first.size, line.size))
      row.push(line);
    else rows.push([line]);
  }
  return rows.flatMap((row) => {
    const pieces = row.toSorted((a, b) => a.from - b.from);
    const joined: PdfLine[] = [];
    for (const piece of pieces) {
      const last = joined.at(-1);
      if (last && piece.from - last.to < 0.9 * Math.max(last.size, piece.size)) {
        joined[joined.length - 1] = makeLine([...last.words, ...piece.words]);
      } else {
        joined.push(piece);
      }
    }
    return joined;
  });
}

const maxCuts = 40;

/** Recursive cuts along the gaps between boxes. */
function cutPage(lines: PdfLine[], depth: number): PdfLine[] {
  if (lines.length < 3 || depth > maxCuts) return inRows(lines);
  const size = median(lines.map((line) => line.size));
  const column = widestGap(lines.map((line) => [line.from, line.to]));
  const row = widestGap(
    lines.map((line) => [line.base - 0.75 * line.size, line.base + 0.25 * line.size]),
  );
  const columnWidth = column ? column.width / (1.2 * size) : 0;
  const rowWidth = row ? row.width / (1.8 * size) : 0;
  if (column && columnWidth >= 1 && columnWidth >= rowWidth && isColumnCut(lines, column.at)) {
    return [
      ...cutPage(
        lines.filter((line) => line.to <= column.at),
        depth + 1,
      ),
      ...cutPage(
        lines.filter((line) => line.to > column.at),
        depth + 1,
      ),
    ];
  }
  // A heading across columns must be cut off before the columns show, however small its gap.
  if (row && row.width > 0.15 * size) {
    return [
      ...cutPage(
        lines.filter((line) => line.base <= row.at),
        depth + 1,
      ),
      ...cutPage(
        lines.filter((line) => line.base > row.at),
        depth + 1,
      ),
    ];
  }
  return inRows(lines);
}

/** Running text on both sides, not the cells of a table. */
function isColumnCut(lines: readonly PdfLine[], at: number): boolean {
  const left = lines.filter((line) => line.to <= at);
  const right = lines.filter((line) => line.to > at);
  const words = (side: readonly PdfLine[]): number =>
    side.reduce((sum, line) => sum + line.words.length, 0) / side.length;
  return left.length > 1 && right.length > 1 && words(left) >= 3 && words(right) >= 3;
}

function inRows(lines: PdfLine[]): PdfLine[] {
  return lines.toSorted((a, b) =>
    Math.abs(a.base - b.base) < 0.4 * Math.max(a.size, b.size) ? a.from - b.from : a.base - b.base,
  );
}

function widestGap(
  spans: ReadonlyArray<readonly [number, number]>,
): { at: number; width: number } | null {
  const sorted = spans.toSorted((a, b) => a[0] - b[0]);
  let end = sorted[0]?.[1] ?? 0;
  let best: { at: number; width: number } | null = null;
  for (const [from, to] of sorted) {
    if (from > end && (!best || from - end > best.width))
      best = { at: (from + end) / 2, width: from - end };
    end = Math.max(end, to);
  }
  return best;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
