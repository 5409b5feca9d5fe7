import { benchRunSchema, type BenchRun } from "../../../contract/bench.ts";
import type { Database } from "../Database.ts";
import type { BenchRepository } from "../protocol.ts";
import { readOptionalJson } from "../storedJson.ts";

/** The history of benchmarks. A run that cannot be read is reported and left out of the list. */
export function benchRepository(
  db: Database,
  now: () => number = () => Date.now(),
): BenchRepository {
  return {
    add: (run) => {
      db.run(
        "INSERT INTO bench_runs (id, at, run_json) VALUES (?, ?, ?)",
        run.id,
        run.at,
        JSON.stringify(run),
      );
    },

    list: () =>
      db
        .all(
          "SELECT id, run_json FROM bench_runs WHERE deleted_at IS NULL ORDER BY at DESC, row DESC",
        )
        .map((row) =>
          readOptionalJson(db, benchRunSchema, row["run_json"], `bench_runs/${String(row["id"])}`),
        )
        .filter((run): run is BenchRun => run !== undefined),

    delete: (ids) =>
      db.transaction(() => {
        const at = now();
        for (const id of ids) {
          db.run("UPDATE bench_runs SET deleted_at = ? WHERE id = ?", at, id);
        }
      }),

    restore: (ids) =>
      db.transaction(() => {
        for (const id of ids) db.run("UPDATE bench_runs SET deleted_at = NULL WHERE id = ?", id);
      }),

    purgeDeleted: (beforeMs) => db.run("DELETE FROM bench_runs WHERE deleted_at < ?", beforeMs),
  };
}
