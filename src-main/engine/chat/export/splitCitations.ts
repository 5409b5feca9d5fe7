/**
 * A text as its stretches and footnotes: "[2]" and "[1, 3]" where the numbers are citations. A space
 * before them goes with them.
 *
 * @param noteOf undefined where a number is no citation
 */
export function splitCitations(
  text: string,
  noteOf: (citation: number) => number | undefined,
): (string | { note: number })[] {
  const parts: (string | { note: number })[] = [];
  let from = 0;
  for (const match of text.matchAll(/\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?![(:])/gu)) {
    const notes = (match[1] ?? "").split(",").map((number) => noteOf(Number(number)));
    if (notes.includes(undefined)) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(...notes.filter((note) => note !== undefined).map((note) => ({ note })));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}
