/** So many of a list, in its order and evenly spread over it; all where there are no more. */
export function spreadEvenly<T>(list: readonly T[], count: number): T[] {
  if (count >= list.length) return [...list];
  return Array.from(
    { length: count },
    (_, at) => list[Math.floor(((at + 0.5) * list.length) / count)]!,
  );
}
