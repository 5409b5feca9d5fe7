const longestDelayMs = 30_000;

/**
 * How long to wait before the next try, in milliseconds: twice as long after each failure, and not at the
 * same moment for all who failed together.
 * @param failures how many there were in a row, from 1 on
 */
export function backoffMs(firstDelayMs: number, failures: number, random = Math.random): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, failures - 1));
  return full / 2 + (random() * full) / 2;
}
