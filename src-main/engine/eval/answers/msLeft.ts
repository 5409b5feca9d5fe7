/**
 * About how long the answers that are left take, by what those before took in the same way: a quote is
 * there at once, a model writes for seconds.
 *
 * @param arms questions in each way of answering, and what those that are done took, in milliseconds
 * @returns milliseconds; null while one of the ways was never tried
 */
export function msLeft(
  arms: readonly { readonly questions: number; readonly tookMs: readonly number[] }[],
): number | null {
  let left = 0;
  for (const { questions, tookMs } of arms) {
    const remaining = questions - tookMs.length;
    if (remaining <= 0) continue;
    if (tookMs.length === 0) return null;
    left += (remaining * tookMs.reduce((sum, ms) => sum + ms, 0)) / tookMs.length;
  }
  return left;
}
