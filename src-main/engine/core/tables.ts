/** A value of a table for spreadsheets. */
export type FieldValue = string | number | boolean | null;

/** Rows as text for spreadsheets (RFC 4180). */
export function csvOf(rows: readonly (readonly FieldValue[])[]): string {
  return rows.map((row) => `${row.map(toField).join(",")}\r\n`).join("");
}

function toField(value: FieldValue): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  // A name that begins like a formula would be run by a spreadsheet; the apostrophe makes it text.
  const text = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table in Markdown; all columns but the first are of numbers. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(" | ")} |`;
  const rule = `|${head.map((_, at) => (at === 0 ? " --- " : " ---: ")).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** Text that cannot end a cell or a line, or begin anything of Markdown's. */
export function markdownCell(text: string): string {
  return text.replace(/\s+/gu, " ").replace(/[|\\`*_[\]<>]/gu, "\\$&");
}
