import type { SQLInputValue } from "node:sqlite";
import type { Database } from "./Database.ts";
import { encodeText } from "./encodeText.ts";
import { writeOptionalJson } from "./storedJson.ts";

/** How one field of a record is stored. */
export interface Column {
  readonly name: string;
  encode(value: unknown): SQLInputValue;
}

/** Free text: anything that people, models or files bring. */
export function text(name: string): Column {
  return { name, encode: (value) => encodeText(String(value)) };
}

/** A number, an id or a word of a fixed set; null where the column allows it. */
export function plain(name: string): Column {
  return { name, encode: (value) => (value ?? null) as SQLInputValue };
}

/** Yes or no. */
export function flag(name: string): Column {
  return { name, encode: (value) => (value === true ? 1 : 0) };
}

export function json(name: string): Column {
  return { name, encode: writeOptionalJson };
}

/** The columns of a table by the field of the record that they hold. */
export type Columns<T> = { readonly [K in keyof T]-?: Column };

/** Inserts a whole record, and columns that are not part of it. */
export function insertRow<T extends object>(
  db: Database,
  verb: "INSERT" | "INSERT OR REPLACE",
  table: string,
  columns: Columns<T>,
  record: T,
  extra: Readonly<Record<string, SQLInputValue>> = {},
): void {
  const fields = Object.keys(columns) as (keyof T & string)[];
  const names = [...fields.map((field) => columns[field].name), ...Object.keys(extra)];
  const values = fields.map((field) => columns[field].encode(record[field]));
  db.run(
    `${verb} INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
    ...values,
    ...Object.values(extra),
  );
}

/**
 * Changes the fields that the patch names, and columns that are not part of the record.
 * @returns whether there is a row with that id
 */
export function updateRow<T extends object>(
  db: Database,
  table: string,
  columns: Columns<T>,
  id: string,
  patch: { [K in keyof T]?: T[K] | undefined },
  extra: Readonly<Record<string, SQLInputValue>> = {},
): boolean {
  // Only names that the table knows get into the statement, whatever the patch says.
  const fields = (Object.keys(columns) as (keyof T & string)[]).filter((f) =>
    Object.hasOwn(patch, f),
  );
  const names = [...fields.map((field) => columns[field].name), ...Object.keys(extra)];
  if (names.length === 0) return db.get(`SELECT 1 FROM ${table} WHERE id = ?`, id) !== undefined;
  const changed = db.run(
    `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE id = ?`,
    ...fields.map((field) => columns[field].encode(patch[field])),
    ...Object.values(extra),
    id,
  );
  return changed > 0;
}
