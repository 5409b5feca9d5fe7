import { initial } from "./0001-initial.ts";
import { benchRuns } from "./0002-bench-runs.ts";
import { apiKeys } from "./0003-api-keys.ts";
import { pageStructure } from "./0004-page-structure.ts";
import { ingestJobs } from "./0005-ingest-jobs.ts";
import { recognizedPages } from "./0006-recognized-pages.ts";
import { collections } from "./0007-collections.ts";
import { graphCheckpoints } from "./0008-graph-checkpoints.ts";
import { evalRuns } from "./0009-eval-runs.ts";
import { pinnedPassages } from "./0010-pinned-passages.ts";
import { quantRuns } from "./0011-quant-runs.ts";

/**
 * One step of the schema. Once released, a migration is never edited: what it got wrong is put
 * right by the next one.
 */
export interface Migration {
  /** Counts from 1 without gaps; a database's `user_version` is the number of its last one. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** All steps, oldest first. A new one goes into a file of its own, `NNNN-name.ts`. */
export const migrations: readonly Migration[] = checkMigrations([
  initial,
  benchRuns,
  apiKeys,
  pageStructure,
  ingestJobs,
  recognizedPages,
  collections,
  graphCheckpoints,
  evalRuns,
  pinnedPassages,
  quantRuns,
]);

/**
 * The given list, if it counts 1, 2, 3 …
 * @throws Error when a number is missing, doubled or out of order: a mistake of the programmer
 */
export function checkMigrations(list: readonly Migration[]): readonly Migration[] {
  for (const [at, migration] of list.entries()) {
    if (migration.number !== at + 1) {
      throw new Error(
        `Migration “${migration.name}” has number ${migration.number} where ${at + 1} is due.`,
      );
    }
  }
  return list;
}
