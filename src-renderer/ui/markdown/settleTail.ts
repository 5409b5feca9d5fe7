/**
 * The last block of a text that is still coming, without what would flicker: marks that the next
 * characters may turn into something else are held back, and open emphasis, code and links at the
 * end are closed or shown as their words. Only looks change; what comes out is rendered with the
 * same care as any text.
 */
export function settleTail(block: string): string {
  if (endsInsideFence(block)) return block;
  const lineStart = block.lastIndexOf("\n") + 1;
  const before = block.slice(0, lineStart);
  const line = block.slice(lineStart);
  // A lone "-", "#", "1.", "```" or a table's rule: a list, heading, fence or table may follow.
  if (/^\s*(?:[-=*+_~`#>]+|\d{1,9}[.)]?|\|?[\s:|-]*)\s*$/.test(line)) return before;
  // The first row of a table is text until its rule has come.
  if (/^\s*\|/.test(line) && before.trim() === "") return before;
  return before + settleLine(line);
}

function endsInsideFence(block: string): boolean {
  let mark: string | null = null;
  for (const line of block.split("\n")) {
    const found = /^\s*(`{3,}|~{3,})(.*)$/.exec(line);
    if (!found?.[1]) continue;
    if (mark === null) mark = found[1];
    else if (found[1].startsWith(mark) && found[2]?.trim() === "") mark = null;
  }
  return mark !== null;
}

function settleLine(source: string): string {
  const ticks = source.split("`").length - 1;
  if (ticks % 2 === 1) return source.endsWith("`") ? source.slice(0, -1) : `${source}\``;
  const line = source
    // "[1" may become a citation; "![alt](…" a picture; "[words](…" a link.
    .replace(/!\[[^\]]*(?:\](?:\([^)\s]*)?)?$/, "")
    .replace(/\[([^\]]{2,})\]\([^)\s]*$/, "$1")
    .replace(/\[[\d,\s]*$/, "")
    // The first half of a closing "**".
    .replace(/([^*\s])\*$/, (whole, letter: string, at: number) =>
      occurrences(source.slice(0, at + 1), "**") % 2 === 1 ? letter : whole,
    );
  if (occurrences(line, "**") % 2 === 0) return line;
  const trimmed = line.trimEnd();
  return trimmed.endsWith("**") ? trimmed.slice(0, -2) : `${trimmed}**`;
}

function occurrences(text: string, mark: string): number {
  return text.split(mark).length - 1;
}
