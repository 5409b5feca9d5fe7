/** The faces that are attached to an engine, in words: "Desktop window, Browser ×2". */
export function nameFaces(
  kinds: readonly string[],
  words: Readonly<Record<string, string>>,
  several: (name: string, count: number) => string,
): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts]
    .map(([kind, count]) => {
      const name = (Object.hasOwn(words, kind) ? words[kind] : undefined) ?? kind;
      return count === 1 ? name : several(name, count);
    })
    .join(", ");
}
