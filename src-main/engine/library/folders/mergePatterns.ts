/**
 * Patterns that were changed in two places at once. What one side added or took out holds; the order is
 * that of `wanted`, as later patterns go before earlier ones.
 *
 * @param seen what `wanted` was made from
 * @param current what it has become meanwhile
 */
export function mergePatterns(
  seen: readonly string[],
  wanted: readonly string[],
  current: readonly string[],
): string[] {
  const kept = wanted.filter((pattern) => !seen.includes(pattern) || current.includes(pattern));
  const added = current.filter((pattern) => !seen.includes(pattern) && !wanted.includes(pattern));
  return [...kept, ...added];
}
