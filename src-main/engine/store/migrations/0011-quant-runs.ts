import type { Migration } from "./index.ts";

/** Comparisons of quantizations. A deleted run stays until the engine starts again. */
export const quantRuns: Migration = {
  number: 11,
  name: "quant-runs",
  sql: `
    CREATE TABLE quant_runs (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      at REAL NOT NULL,
      run_json TEXT NOT NULL,
      deleted_at REAL
    ) STRICT;
  `,
};
