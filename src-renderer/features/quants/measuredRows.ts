import type { ChatQuantRun, QuantRow, QuantRun } from "../../../src-main/contract/quantBench.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";

export interface MeasuredRows {
  readonly run: ChatQuantRun;
  /** The finest first. */
  readonly rows: readonly QuantRow[];
}

/**
 * The newest comparison that has at least two of these files, as they are now: a file that was made again
 * with another size is another file.
 *
 * @param runs newest first
 */
export function measuredRows(
  runs: readonly QuantRun[],
  files: readonly { readonly id: ModelId; readonly bytes: number }[],
): MeasuredRows | null {
  const sizes = new Map(files.map(({ id, bytes }) => [id, bytes]));
  for (const run of runs) {
    if (run.kind !== "chat") continue;
    const rows = run.rows.filter(({ modelId, bytes }) => sizes.get(modelId) === bytes);
    if (rows.length > 1) return { run, rows };
  }
  return null;
}
