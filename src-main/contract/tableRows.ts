const between = "; ";
const plainBetween = " | ";

/**
 * One row of a table as a line of text. With column names it stands for itself, also away from its
 * table: "Month: May; Task: sow". Empty cells are left out.
 */
export function tableRow(columns: readonly string[] | null, cells: readonly string[]): string {
  if (!columns) return cells.join(plainBetween).trim();
  return cells
    .map((cell, at) => (cell === "" ? "" : `${columns[at] ?? `Column ${at + 1}`}: ${cell}`))
    .filter((cell) => cell !== "")
    .join(between);
}

/** A cell of a row, and where in the row's text its value stands. */
export interface RowCell {
  /** Place among the columns, from 0. */
  column: number;
  start: number;
  end: number;
}

/** The cells of a line that {@link tableRow} wrote; what cannot be told apart stays in one cell. */
export function cellsOfRow(columns: readonly string[] | null, line: string): RowCell[] {
  if (!columns) {
    const cells: RowCell[] = [];
    let at = 0;
    for (const cell of line.split(plainBetween)) {
      cells.push({ column: cells.length, start: at, end: at + cell.length });
      at += cell.length + plainBetween.length;
    }
    return cells;
  }
  const cells: RowCell[] = [];
  let column = columns.findIndex((name) => line.startsWith(`${name}: `));
  if (column === -1) return [{ column: 0, start: 0, end: line.length }];
  let at = 0;
  while (column !== -1) {
    const start = at + (columns[column]?.length ?? 0) + 2;
    let next = -1;
    let end = line.length;
    // The next cell is of one of the columns behind, since empty ones are left out.
    for (let other = column + 1; other < columns.length; other++) {
      const found = line.indexOf(`${between}${columns[other]}: `, start);
      if (found !== -1 && found < end) {
        end = found;
        next = other;
      }
    }
    cells.push({ column, start, end });
    at = end + between.length;
    column = next;
  }
  return cells;
}
