import { columnName } from "../cellRange.ts";

/** A table with its names told from its rows. */
export interface Table {
  columns: string[] | null;
  rows: string[][];
}

const longestName = 80;
const number = /^[\s(+\-−$€£¥]*\d[\d.,'\s\u00A0]*(?:[eE][+-]?\d+)?[\s)%‰€$£¥]*$/u;
const date =
  /^(?:\d{4}-\d{1,2}-\d{1,2}(?:[T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}:\d{2}(?::\d{2})?)$/u;

/** Whether a cell's text is a number, an amount, a share, a date or a time. */
export function isFigure(text: string): boolean {
  return text.length < 40 && (number.test(text) || date.test(text));
}

/**
 * Whether the first row of a table names its columns: short, different texts over nearly its whole
 * width. With two columns, where names and first entries look alike, figures below have to say so.
 */
export function looksLikeNames(
  row: readonly string[],
  below: readonly (readonly string[])[],
): boolean {
  const names = row.filter((cell) => cell !== "");
  const width = Math.max(row.length, ...below.map((other) => other.length));
  if (names.length < 2 || below.length === 0 || names.length < 0.6 * width) return false;
  if (names.some((name) => name.length > longestName || isFigure(name))) return false;
  if (new Set(names).size < names.length) return false;
  if (width > 2) return true;
  return row.some((_, column) => {
    const values = below.map((other) => other[column] ?? "").filter((value) => value !== "");
    return values.length > 0 && values.filter(isFigure).length >= values.length / 2;
  });
}

/** Names made usable: each once, none empty, none over-long. */
export function columnNames(row: readonly string[], firstColumn = 1): string[] {
  const used = new Set<string>();
  return row.map((cell, at) => {
    const given = cell
      .replace(/\s+/gu, " ")
      .replace(/[:\s]+$/u, "")
      .trim()
      .slice(0, longestName);
    const base = given === "" ? `Column ${columnName(firstColumn + at)}` : given;
    let name = base;
    for (let count = 2; used.has(name); count++) name = `${base} (${count})`;
    used.add(name);
    return name;
  });
}

/**
 * Tells names from rows.
 *
 * @param marked how many rows the file itself marks as names; null where it says nothing.
 */
export function asTable(cells: readonly (readonly string[])[], marked: number | null): Table {
  const rows = cells
    .map((row) => row.map((cell) => cell.replace(/\s+/gu, " ").trim()))
    .filter((row) => row.some((cell) => cell !== ""));
  const first = rows[0];
  if (!first) return { columns: null, rows: [] };
  const headRows = marked !== null && marked > 0 ? Math.min(marked, rows.length - 1) : 0;
  if (headRows > 0) {
    const width = widthOf(rows);
    const names = Array.from({ length: width }, (_, column) => {
      const parts = rows.slice(0, headRows).map((row) => row[column] ?? "");
      return [...new Set(parts.filter((part) => part !== ""))].join(" ");
    });
    if (names.filter((name) => name !== "").length > 1 || width === 1) {
      return { columns: columnNames(names), rows: rows.slice(headRows) };
    }
  }
  if (looksLikeNames(first, rows.slice(1))) {
    const width = widthOf(rows);
    const padded = Array.from({ length: width }, (_, at) => first[at] ?? "");
    return { columns: columnNames(padded), rows: rows.slice(1) };
  }
  return { columns: null, rows };
}

/** Of the longest row. There may be more rows than a call can have arguments. */
function widthOf(rows: readonly (readonly unknown[])[]): number {
  return rows.reduce((most, row) => Math.max(most, row.length), 0);
}
