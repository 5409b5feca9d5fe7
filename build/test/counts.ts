import fs from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";

/** A test that needs a word at the end of the run. */
export interface Remark {
  name: string;
  reason: string;
}

/** What one gate of the tests came to. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: Remark[];
  /** What failed, and the first line of why. Not more than {@link failed}: a crash has no name. */
  failures: Remark[];
  /** Failed once and passed when tried again: counted as passed, and told by name. */
  flaky: Remark[];
}

export function noCounts(): Counts {
  return { passed: 0, failed: 0, skipped: [], failures: [], flaky: [] };
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
    return code === 0 ? { ...noCounts(), passed: 1 } : { ...noCounts(), failed: 1 };
  }
  if (counts === null) return { ...noCounts(), failed: 1 };
  const ranNothing = counts.passed + counts.failed === 0;
  const crashed = code !== 0 && counts.failed === 0;
  return ranNothing || crashed ? { ...counts, failed: counts.failed + 1 } : counts;
}

/** The lines that tell of single tests, so that whoever sees only the end of a run sees why. */
export function remarks(gates: readonly Counts[]): string[] {
  const lines = (of: (gate: Counts) => Remark[], word: string): string[] =>
    gates.flatMap(of).map(({ name, reason }) => `${word}: ${name} (${reason})`);
  return [
    ...lines((gate) => gate.skipped, "skipped"),
    ...lines((gate) => gate.flaky, "flaky, passed when tried again"),
    ...lines((gate) => gate.failures, "FAILED"),
  ];
}

/** What the first lines of an error say, without colours, on one line. */
export function reasonOf(message: string | undefined): string {
  const plain = stripVTControlCharacters(message ?? "no reason given");
  const lines = plain.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).slice(0, 6).join(" · ").slice(0, 600);
}

/** The last line of a test run. */
export function summary(gates: readonly Counts[]): string {
  const add = (of: (gate: Counts) => number): number =>
    gates.reduce((sum, gate) => sum + of(gate), 0);
  const [passed, failed] = [add((gate) => gate.passed), add((gate) => gate.failed)];
  return `${passed} passed, ${failed} failed, ${add((gate) => gate.skipped.length)} skipped`;
}
