import type { z } from "zod";
import type { Database } from "../Database.ts";
import type { RunRepository } from "../protocol.ts";
import { readOptionalJson } from "../storedJson.ts";

/** The history of one kind of measurement. A run that cannot be read is reported and left out of the list. */
export function runRepository<Run extends { readonly id: string; readonly at: number }>(
  db: Database,
  table: "bench_runs" | "quant_runs",
  schema: z.ZodType<Run>,
  now: () => number,
): RunRepository<Run> {
  return {
    add: (run) => {
      db.run(
        `INSERT INTO ${table} (id, at, run_json) VALUES (?, ?, ?)`,
        run.id,
        run.at,
        JSON.stringify(run),
      );
    },

    list: () =>
      db
        .all(
          `SELECT id, run_json FROM ${table} WHERE deleted_at IS NULL ORDER BY at DESC, row DESC`,
        )
        .map((row) =>
          readOptionalJson(db, schema, row["run_json"], `${table}/${String(row["id"])}`),
        )
        .filter((run): run is Run => run !== undefined),

    delete: (ids) =>
      db.transaction(() => {
        const at = now();
        for (const id of ids) db.run(`UPDATE ${table} SET deleted_at = ? WHERE id = ?`, at, id);
      }),

    restore: (ids) =>
      db.transaction(() => {
        for (const id of ids) db.run(`UPDATE ${table} SET deleted_at = NULL WHERE id = ?`, id);
      }),

    purgeDeleted: (beforeMs) => db.run(`DELETE FROM ${table} WHERE deleted_at < ?`, beforeMs),
  };
}
