/**
 * Who reads how much in a step of so many tokens of prompts. The first in line gets half, so that
 * nobody waits for ever; of the rest, short prompts go first, since each then answers soon and holds up
 * the long ones little.
 *
 * @param pending tokens that each still has to read, in line
 * @returns tokens for each, together at most `tokens`
 */
export function shareChunk(pending: readonly number[], tokens: number): number[] {
  const counts = pending.map(() => 0);
  let left = Math.max(0, tokens);
  const give = (index: number, most: number): void => {
    const count = Math.min(most, left, (pending[index] ?? 0) - (counts[index] ?? 0));
    counts[index] = (counts[index] ?? 0) + count;
    left -= count;
  };
  if (pending.length > 0) give(0, Math.ceil(left / 2));
  const shortestFirst = pending
    .map((_, index) => index)
    .toSorted((a, b) => (pending[a] ?? 0) - (pending[b] ?? 0));
  for (const index of shortestFirst) give(index, left);
  return counts;
}
