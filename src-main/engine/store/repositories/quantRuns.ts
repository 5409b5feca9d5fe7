import { quantRunSchema } from "../../../contract/quantBench.ts";
import type { Database } from "../Database.ts";
import type { QuantRunRepository } from "../protocol.ts";
import { runRepository } from "./keptRuns.ts";

/** The history of comparisons of quantizations. */
export function quantRunRepository(
  db: Database,
  now: () => number = () => Date.now(),
): QuantRunRepository {
  return runRepository(db, "quant_runs", quantRunSchema, now);
}
