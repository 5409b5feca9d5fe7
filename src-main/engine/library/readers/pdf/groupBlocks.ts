import type { PdfLine } from "./groupLines.ts";

/** Lines that belong together, with what they look like. */
export interface PdfBlock {
  kind: "heading" | "paragraph" | "code" | "list" | "table";
  level?: number;
  /** Rows of a table or of code; in other kinds one row per line of the page. */
  rows: PdfLine[][];
  /** Where its leftmost line begins. */
  left: number;
}

const listMarker = /^(?:[•‣▪●○◦∙·–—*-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlc]{1,5})[.)])$/u;
const bullet = /^[•‣▪●○◦∙]$/u;
const sentenceEnd = /[.!?:;…]["'”’»)\]]*$/u;

/** Counts letters by font size over the document so far, to know the size of its running text. */
export class FontSizes {
  readonly #letters = new Map<number, number>();

  add(lines: readonly PdfLine[]): void {
    for (const line of lines) {
      let letters = 0;
      for (const word of line.words) letters += word.text.length;
      const size = Math.round(line.size * 2) / 2;
      this.#letters.set(size, (this.#letters.get(size) ?? 0) + letters);
    }
  }

  /** The size in which most is written. */
  get body(): number {
    let body = 10;
    let most = 0;
    for (const [size, letters] of this.#letters) {
      if (letters > most) {
        most = letters;
        body = size;
      }
    }
    return body;
  }
}

/** Groups ordered lines to headings, paragraphs, lists, tables and code. */
export function groupBlocks(lines: readonly PdfLine[], sizes: FontSizes): PdfBlock[] {
  sizes.add(lines);
  const body = sizes.body;
  const rows = toRows(lines);
  const leading = usualLeading(rows);
  const blocks: PdfBlock[] = [];
  let current: PdfBlock | null = null;
  for (const [i, row] of rows.entries()) {
    const line = row[0];
    if (!line) continue;
    const kind = kindOf(row, rows, i);
    const last = current?.rows.at(-1);
    if (current && last && continues(current, last, row, kind, leading, rightMargin(rows, i))) {
      current.rows.push(row);
      current.left = Math.min(current.left, leftOf(row));
      continue;
    }
    const next = rows[i + 1];
    if (current && last && (isBeside(last, row) || (next && isBeside(next, row)))) {
      // A note in the margin must not part the paragraph beside it.
      blocks.splice(-1, 0, { kind: "paragraph", rows: [row], left: leftOf(row) });
      continue;
    }
    current = { kind, rows: [row], left: leftOf(row) };
    blocks.push(current);
  }
  for (const block of blocks) {
    const level = headingLevel(block, body);
    if (level) {
      block.kind = "heading";
      block.level = level;
    }
  }
  return blocks;
}

function leftOf(row: readonly PdfLine[]): number {
  return row.reduce((left, line) => Math.min(left, line.from), Infinity);
}

/** Puts lines that stand side by side in the order of reading together to rows. */
function toRows(lines: readonly PdfLine[]): PdfLine[][] {
  const rows: PdfLine[][] = [];
  for (const line of lines) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (
      row &&
      last &&
      last.turn === line.turn &&
      Math.abs(last.base - line.base) < 0.3 * Math.max(last.size, line.size) &&
      Math.min(last.size, line.size) > 0.87 * Math.max(last.size, line.size) &&
      line.from > last.from
    ) {
      row.push(line);
    } else {
      rows.push([line]);
    }
  }
  return rows;
}

/** Whether a row stands to the left of another, on about its height. */
function isBeside(other: readonly PdfLine[], row: readonly PdfLine[]): boolean {
  const a = other[0];
  const b = row[0];
  return (
    a !== undefined &&
    b !== undefined &&
    a.turn === b.turn &&
    Math.abs(a.base - b.base) < 0.6 * a.size &&
    (row.at(-1)?.to ?? b.to) < a.from &&
    b.to - b.from < 0.4 * (a.to - a.from)
  );
}

function kindOf(row: readonly PdfLine[], rows: readonly PdfLine[][], i: number): PdfBlock["kind"] {
  const first = row[0]?.words[0];
  // A marker and its text stand apart, but are no table.
  if (first && (bullet.test(first.text) || (row.length <= 2 && isMarked(row)))) return "list";
  if (row.every((line) => line.monospace)) return "code";
  if (row.some((line) => line.leader)) return "table";
  if (row.length > 1) {
    const neighbours = [rows[i - 1], rows[i + 1]];
    if (neighbours.some((other) => other && other.length > 1 && aligned(row, other)))
      return "table";
  }
  return "paragraph";
}

function isMarked(row: readonly PdfLine[]): boolean {
  const words = row.flatMap((line) => line.words);
  const first = words[0];
  const second = words[1];
  return (
    first !== undefined &&
    second !== undefined &&
    listMarker.test(first.text) &&
    second.from - first.to > 0.15 * first.size
  );
}

/** Whether a cell of one row begins where one of the other does. */
function aligned(row: readonly PdfLine[], other: readonly PdfLine[]): boolean {
  return row
    .slice(1)
    .some((cell) =>
      other
        .slice(1)
        .some(
          (o) => Math.abs(o.from - cell.from) < cell.size || Math.abs(o.to - cell.to) < cell.size,
        ),
    );
}

function continues(
  block: PdfBlock,
  last: readonly PdfLine[],
  row: readonly PdfLine[],
  kind: PdfBlock["kind"],
  leading: number,
  margin: number,
): boolean {
  const a = last[0];
  const b = row[0];
  if (!a || !b || a.turn !== b.turn) return false;
  const size = Math.max(a.size, b.size);
  const step = b.base - a.base;
  if (block.kind === "table" || kind === "table") {
    return block.kind === kind && step > 0 && step < 3.5 * size;
  }
  if (block.kind === "code" || kind === "code") {
    return block.kind === kind && step > 0 && step < 2.6 * size;
  }
  if (kind === "list") return false;
  if (Math.min(a.size, b.size) < 0.87 * size || a.bold !== b.bold) return false;
  const left = block.left;
  if (step < -0.3 * size || b.from > a.to || b.to < left) {
    // The next column or the other side of the page: only an unfinished sentence goes on there.
    return flowsOn(a, b);
  }
  if (step > leading * size * 1.35 || step < 0.4 * size) return false;
  const end = last.at(-1) ?? a;
  const ended = sentenceEnd.test(end.words.at(-1)?.text ?? "");
  const next = b.words[0];
  // A line that ends although the next word would have fitted was ended on purpose.
  const room = next !== undefined && end.to + (next.to - next.from) + 0.3 * size < margin;
  if (block.kind === "list") return !room || b.from > left + 0.3 * size;
  const indented = b.from > left + 0.8 * size;
  const hanging = block.rows.length === 1 && !room;
  if (indented && !hanging)
    return block.rows.length > 1 && b.from < a.from + 0.8 * size && !(ended && room);
  if (indented) return !ended;
  return !(ended && room);
}

const marginWindow = 5;

/** How far lines near a row reach, which is about the right margin of their column. */
function rightMargin(rows: readonly PdfLine[][], i: number): number {
  const line = rows[i]?.[0];
  if (!line) return 0;
  let margin = 0;
  for (
    let j = Math.max(0, i - marginWindow);
    j <= Math.min(rows.length - 1, i + marginWindow);
    j++
  ) {
    const row = rows[j];
    const other = row?.[0];
    if (
      !row ||
      !other ||
      other.turn !== line.turn ||
      Math.abs(other.size - line.size) > 0.12 * line.size
    )
      continue;
    if (Math.abs(other.from - line.from) > 6 * line.size) continue;
    margin = Math.max(margin, row.at(-1)?.to ?? other.to);
  }
  return margin;
}

/** Whether a sentence goes on from the foot of one column to the head of the next. */
export function flowsOn(a: PdfLine, b: PdfLine): boolean {
  const end = a.words.at(-1)?.text ?? "";
  const start = b.words[0]?.text ?? "";
  if (Math.abs(a.size - b.size) > 0.1 * a.size || a.bold !== b.bold) return false;
  return !sentenceEnd.test(end) && /^[\p{Ll}\d("'“‘]/u.test(start);
}

/** Usual distance of baselines within paragraphs, in font sizes. */
function usualLeading(rows: readonly PdfLine[][]): number {
  const steps: number[] = [];
  for (let i = 1; i < rows.length; i++) {
    const a = rows[i - 1]?.[0];
    const b = rows[i]?.[0];
    if (!a || !b || a.turn !== b.turn || Math.abs(a.size - b.size) > 0.05 * a.size) continue;
    const step = (b.base - a.base) / a.size;
    if (step > 0.7 && step < 2.4) steps.push(step);
  }
  // Gaps between paragraphs are among them, so the usual step is found below the middle.
  return steps.length > 2
    ? (steps.toSorted((a, b) => a - b)[Math.floor(steps.length * 0.3)] ?? 1.3)
    : 1.3;
}

function headingLevel(block: PdfBlock, body: number): number | null {
  if (block.kind === "table" || block.kind === "code" || block.rows.length > 3) return null;
  const lines = block.rows.flat();
  const first = lines[0];
  if (!first) return null;
  const words = lines.flatMap((line) => line.words);
  const letters = words.reduce((sum, word) => sum + word.text.length, 0);
  const text = words.map((word) => word.text).join(" ");
  if (letters > 160 || words.length > 24 || !/\p{L}{2}/u.test(text)) return null;
  const ratio = Math.min(...lines.map((line) => line.size)) / body;
  if (ratio >= 2.2) return 1;
  if (ratio >= 1.7) return 2;
  if (ratio >= 1.35) return 3;
  if (ratio >= 1.12) return 4;
  const bold = lines.every((line) => line.bold);
  if (bold && ratio > 0.95 && letters < 90 && !/[.,;:]$/u.test(text) && block.kind === "paragraph")
    return 5;
  return null;
}
