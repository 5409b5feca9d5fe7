import {
  evalCaseSchema,
  evalRunSchema,
  evalSetSchema,
  type EvalCase,
  type EvalRun,
  type EvalSet,
} from "../../../contract/evals.ts";
import type { Database } from "../Database.ts";
import type { EvalRepository } from "../protocol.ts";
import { readOptionalJson } from "../storedJson.ts";

/** Evaluations and sets of questions. What cannot be read is reported and left out. */
export function evalRepository(db: Database, now: () => number = () => Date.now()): EvalRepository {
  const readSet = (row: Record<string, unknown>): EvalSet | undefined =>
    readOptionalJson(db, evalSetSchema, row["set_json"], `eval_sets/${String(row["id"])}`);
  return {
    saveRun: (run) => {
      db.run(
        `INSERT INTO eval_runs (id, at, run_json) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET at = excluded.at, run_json = excluded.run_json`,
        run.id,
        run.at,
        JSON.stringify(run),
      );
    },

    runs: () =>
      db
        .all(
          "SELECT id, run_json FROM eval_runs WHERE deleted_at IS NULL ORDER BY at DESC, row DESC",
        )
        .map((row) =>
          readOptionalJson(db, evalRunSchema, row["run_json"], `eval_runs/${String(row["id"])}`),
        )
        .filter((run): run is EvalRun => run !== undefined),

    addCase: (runId, one) => {
      db.run(
        "INSERT OR REPLACE INTO eval_cases (run_id, arm, position, case_json) VALUES (?, ?, ?, ?)",
        runId,
        one.arm,
        one.index,
        JSON.stringify(one),
      );
    },

    cases: (runId) =>
      db
        .all(
          "SELECT arm, position, case_json FROM eval_cases WHERE run_id = ? ORDER BY arm, position",
          runId,
        )
        .map((row) =>
          readOptionalJson(
            db,
            evalCaseSchema,
            row["case_json"],
            `eval_cases/${runId}/${String(row["arm"])}/${String(row["position"])}`,
          ),
        )
        .filter((one): one is EvalCase => one !== undefined),

    deleteRuns: (ids) =>
      db.transaction(() => {
        const at = now();
        for (const id of ids) db.run("UPDATE eval_runs SET deleted_at = ? WHERE id = ?", at, id);
      }),

    restoreRuns: (ids) =>
      db.transaction(() => {
        for (const id of ids) db.run("UPDATE eval_runs SET deleted_at = NULL WHERE id = ?", id);
      }),

    purgeDeleted: (beforeMs) => db.run("DELETE FROM eval_runs WHERE deleted_at < ?", beforeMs),

    saveSet: (set) => {
      db.run(
        `INSERT INTO eval_sets (id, created_at, set_json) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET set_json = excluded.set_json`,
        set.id,
        set.createdAt,
        JSON.stringify(set),
      );
    },

    sets: () =>
      db
        .all("SELECT id, set_json FROM eval_sets ORDER BY created_at DESC, row DESC")
        .map(readSet)
        .filter((set): set is EvalSet => set !== undefined),

    deleteSet: (setId) => {
      db.run("DELETE FROM eval_sets WHERE id = ?", setId);
    },
  };
}
