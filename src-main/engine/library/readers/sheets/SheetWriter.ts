import { tableRow } from "../../../../contract/tableRows.ts";
import { columnName, formatRange } from "../cellRange.ts";
import { oneLine, type PartWriter } from "../parts/PartWriter.ts";
import { columnNames, isFigure, looksLikeNames } from "../parts/tables.ts";

/** A cell with something in it; columns count from 1. */
export interface SheetCell {
  column: number;
  text: string;
}

interface SheetRow {
  number: number;
  cells: SheetCell[];
}

/** So many rows are looked at to find the one that names the columns. */
const lookAhead = 8;
const rowsPerBlock = 200;
const blockLength = 16 * 1024;

/**
 * Writes the rows of a sheet, each with its column names, as they come. Rows above the names, such
 * as a title, stand by themselves. Behind an empty row another table may begin.
 */
export class SheetWriter {
  readonly #writer: PartWriter;
  readonly #sheet: string;
  /** The first rows after an empty one, until it is clear whether names are among them. */
  #waiting: SheetRow[] | null = [];
  #names: ReadonlyMap<number, string> | null = null;
  #block: SheetRow[] = [];
  #blockLength = 0;
  #last = 0;
  #headed = false;

  constructor(writer: PartWriter, sheet: string) {
    this.#writer = writer;
    this.#sheet = sheet;
  }

  /** @param cells in order of their columns; rows come in order. Empty rows may be left out. */
  row(number: number, cells: readonly SheetCell[]): void {
    const filled = cells
      .map(({ column, text }) => ({ column, text: oneLine(text) }))
      .filter(({ text }) => text !== "");
    if (filled.length === 0) return;
    if (number !== this.#last + 1) this.#gap();
    this.#last = number;
    const row = { number, cells: filled };
    if (!this.#waiting) return this.#put(row);
    this.#waiting.push(row);
    if (this.#waiting.length >= lookAhead) this.#decide();
  }

  end(): void {
    this.#gap();
  }

  /** A remark about a cell; they stand behind the rows. */
  comment(range: string, text: string): void {
    this.end();
    this.#head();
    this.#writer.at({ kind: "cells", sheet: this.#sheet, range });
    this.#writer.paragraph(`Comment on ${range}: ${oneLine(text)}`, "note");
  }

  /** The sheet's name heads what is in it; an empty sheet has none. */
  #head(): void {
    if (this.#headed) return;
    this.#headed = true;
    this.#writer.endPart();
    this.#writer.at({ kind: "cells", sheet: this.#sheet, range: "A1" });
    this.#writer.heading(this.#sheet, 1);
  }

  #gap(): void {
    this.#decide();
    this.#flush();
    this.#waiting = [];
  }

  #decide(): void {
    const rows = this.#waiting;
    this.#waiting = null;
    if (!rows) return;
    const at = this.#findNames(rows);
    for (const row of rows.slice(0, Math.max(0, at))) this.#put(row, true);
    const named = rows[at];
    if (named) {
      this.#flush();
      const first = named.cells[0]?.column ?? 1;
      const names = columnNames(dense(named, first, named.cells.at(-1)?.column ?? first), first);
      this.#names = new Map(names.map((name, i) => [first + i, name]));
    }
    for (const row of rows.slice(at + 1)) this.#put(row);
  }

  /** Where among the first rows of a table its names stand; -1 if nowhere. */
  #findNames(rows: readonly SheetRow[]): number {
    const { left: first, right } = extent(rows);
    const last = Math.min(first + 500, right);
    const cells = rows.map((row) => dense(row, first, last));
    for (const [i, row] of cells.entries()) {
      const below = cells.slice(i + 1);
      if (looksLikeNames(row, below) && (this.#names === null || figuresUnder(row, below))) {
        return i;
      }
      // Above the names stand titles, not rows.
      if (row.filter((text) => text !== "").length > 1) return -1;
    }
    return -1;
  }

  #put(row: SheetRow, title = false): void {
    const size = row.cells.reduce((sum, { text }) => sum + text.length, 0);
    const before = this.#block.at(-1);
    if (
      before &&
      (before.number + 1 !== row.number ||
        this.#block.length >= rowsPerBlock ||
        this.#blockLength + size > blockLength)
    ) {
      this.#flush();
    }
    this.#block.push(row);
    this.#blockLength += size;
    if (title) this.#flush(true);
  }

  #flush(title = false): void {
    const rows = this.#block;
    this.#block = [];
    this.#blockLength = 0;
    const top = rows[0]?.number;
    if (top === undefined) return;
    this.#head();
    const columns = rows.flatMap((row) => row.cells.map(({ column }) => column));
    const { left, right } = extent(rows);
    const names = title || rows.every((row) => row.cells.length < 2) ? null : this.#names;
    const used = names && [...new Set(columns)].toSorted((a, b) => a - b);
    const nameOf = (column: number): string => names?.get(column) ?? `Column ${columnName(column)}`;
    const lines = rows.map(({ cells }) =>
      names
        ? tableRow(
            cells.map(({ column }) => nameOf(column)),
            cells.map(({ text }) => text),
          )
        : tableRow(
            null,
            cells.map(({ text }) => text),
          ),
    );
    const range = formatRange({ top, bottom: top + rows.length - 1, left, right });
    this.#writer.rows(lines, used ? used.map(nameOf) : null, {
      kind: "cells",
      sheet: this.#sheet,
      range,
    });
  }
}

/** The outermost columns. A row may have more cells than a call can have arguments. */
function extent(rows: readonly SheetRow[]): { left: number; right: number } {
  let left = Infinity;
  let right = 0;
  for (const { cells } of rows) {
    for (const { column } of cells) {
      left = Math.min(left, column);
      right = Math.max(right, column);
    }
  }
  return { left, right };
}

function dense(row: SheetRow, from: number, to: number): string[] {
  const texts = Array.from({ length: Math.min(to, from + 500) - from + 1 }, () => "");
  for (const { column, text } of row.cells) {
    if (column >= from && column - from < texts.length) texts[column - from] = text;
  }
  return texts;
}

/** Whether a row of words stands over figures, as names do and other rows seldom. */
function figuresUnder(row: readonly string[], below: readonly (readonly string[])[]): boolean {
  return row.some((name, column) => name !== "" && isFigure(below[0]?.[column] ?? ""));
}
