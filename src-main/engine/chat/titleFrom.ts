const titleLength = 60;

/** A chat's first title: the beginning of its first message, cut between words. */
export function titleFrom(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= titleLength) return line;
  const cut = line.slice(0, titleLength + 1);
  const space = cut.lastIndexOf(" ");
  const kept = cut.slice(0, space > titleLength / 2 ? space : titleLength);
  // Half a character at the cut, if there is one, is dropped.
  return `${kept.replace(/[\uD800-\uDBFF]$/, "").trimEnd()}…`;
}
