/** Cells of a sheet; rows and columns count from 1, both ends included. */
export interface CellRange {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** "A", "Z", "AA" for 1, 26, 27. */
export function columnName(column: number): string {
  let name = "";
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}

/** The row and column of a reference such as "AB12" or "$A$1"; null if it is none. */
export function parseCell(reference: string): { row: number; column: number } | null {
  const match = /^\$?([A-Za-z]{1,3})\$?(\d{1,7})$/u.exec(reference);
  if (!match) return null;
  let column = 0;
  for (const letter of (match[1] ?? "").toUpperCase()) {
    column = column * 26 + letter.charCodeAt(0) - 64;
  }
  const row = Number(match[2]);
  return row > 0 ? { row, column } : null;
}

/** "B2" for one cell, else "A2:F9". */
export function formatRange({ top, bottom, left, right }: CellRange): string {
  const first = `${columnName(left)}${top}`;
  return top === bottom && left === right ? first : `${first}:${columnName(right)}${bottom}`;
}

/** The reverse of {@link formatRange}; null if it is none. */
export function parseRange(range: string): CellRange | null {
  const [from = "", to = from] = range.split(":");
  const first = parseCell(from);
  const last = parseCell(to);
  if (!first || !last) return null;
  return { top: first.row, bottom: last.row, left: first.column, right: last.column };
}
