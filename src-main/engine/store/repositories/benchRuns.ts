import { benchRunSchema } from "../../../contract/bench.ts";
import type { Database } from "../Database.ts";
import type { BenchRepository } from "../protocol.ts";
import { runRepository } from "./keptRuns.ts";

/** The history of benchmarks. */
export function benchRepository(
  db: Database,
  now: () => number = () => Date.now(),
): BenchRepository {
  return runRepository(db, "bench_runs", benchRunSchema, now);
}
