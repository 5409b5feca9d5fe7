import fs from "node:fs/promises";

/** What one gate of the tests came to. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
}

/** Names the file to which a runner's reporter writes its {@link Counts}. */
export const countsVariable = "HEARTH_TEST_COUNTS";

export async function writeCounts(counts: Counts): Promise<void> {
  const file = process.env[countsVariable];
  if (file === undefined) throw new Error(`${countsVariable} is not set`);
  await fs.writeFile(file, JSON.stringify(counts));
}

/**
 * What a gate counts for. One that wrote no counts is one test, passed if it ended with 0. One
 * that did, but ran nothing, or ended badly without a failed test, counts as one more failed.
 * @param counts what its reporter wrote, `null` for a gate that has a reporter but wrote nothing,
 *   `undefined` for one without
 */
export function judge(code: number, counts: Counts | null | undefined): Counts {
  if (counts === undefined) {
    return code === 0
      ? { passed: 1, failed: 0, skipped: [] }
      : { passed: 0, failed: 1, skipped: [] };
  }
  if (counts === null) return { passed: 0, failed: 1, skipped: [] };
  const ranNothing = counts.passed + counts.failed === 0;
  const crashed = code !== 0 && counts.failed === 0;
  return ranNothing || crashed ? { ...counts, failed: counts.failed + 1 } : counts;
}

/** The last line of a test run. */
export function summary(gates: readonly Counts[]): string {
  const add = (of: (gate: Counts) => number): number =>
    gates.reduce((sum, gate) => sum + of(gate), 0);
  const [passed, failed] = [add((gate) => gate.passed), add((gate) => gate.failed)];
  return `${passed} passed, ${failed} failed, ${add((gate) => gate.skipped.length)} skipped`;
}
