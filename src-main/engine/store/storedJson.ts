import type { z } from "zod";
import type { Database } from "./Database.ts";

/**
 * Reads a JSON column by its schema. One value that cannot be read must not take the whole list
 * with it: it is reported, and the default stands in.
 * @param place names table, row and column for the report
 */
export function readJson<T, F = T>(
  db: Database,
  schema: z.ZodType<T>,
  stored: unknown,
  place: string,
  fallback: F,
): T | F {
  let value: unknown;
  try {
    value = JSON.parse(String(stored));
  } catch {
    // Falls through to the report below: undefined is in no schema that is asked for here.
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  db.damaged(place);
  return fallback;
}

/** As {@link readJson} for a column that may be null, which is read as absent. */
export function readOptionalJson<T>(
  db: Database,
  schema: z.ZodType<T>,
  stored: unknown,
  place: string,
): T | undefined {
  if (stored === null || stored === undefined) return undefined;
  return readJson(db, schema, stored, place, undefined);
}

/** JSON for a nullable column. Lone surrogates and NULs are escaped by JSON itself. */
export function writeOptionalJson(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
