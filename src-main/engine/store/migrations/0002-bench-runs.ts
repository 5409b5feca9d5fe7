import type { Migration } from "./index.ts";

/** What the benchmark page measured. A deleted run stays until the engine starts again. */
export const benchRuns: Migration = {
  number: 2,
  name: "bench-runs",
  sql: `
    CREATE TABLE bench_runs (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      at REAL NOT NULL,
      run_json TEXT NOT NULL,
      deleted_at REAL
    ) STRICT;
  `,
};
