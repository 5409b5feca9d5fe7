import type { Migration } from "./index.ts";

/**
 * What evaluations measured, every answer of it, and the user's own sets of questions. A deleted run
 * stays until the engine starts again.
 */
export const evalRuns: Migration = {
  number: 9,
  name: "eval-runs",
  sql: `
    CREATE TABLE eval_sets (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      created_at REAL NOT NULL,
      set_json TEXT NOT NULL
    ) STRICT;
    CREATE TABLE eval_runs (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      at REAL NOT NULL,
      run_json TEXT NOT NULL,
      deleted_at REAL
    ) STRICT;
    CREATE TABLE eval_cases (
      run_id TEXT NOT NULL REFERENCES eval_runs (id) ON DELETE CASCADE,
      arm INTEGER NOT NULL,
      position INTEGER NOT NULL,
      case_json TEXT NOT NULL,
      PRIMARY KEY (run_id, arm, position)
    ) STRICT, WITHOUT ROWID;
  `,
};
