/** A quote longer than this is cut: it is to point at a place, not to carry it. UTF-16 units. */
const longestQuote = 2000;

/** Selected words of a page as they are copied: lines stay, drawing signs go. */
export function plainCopy(text: string): string {
  return letters(text)
    .split("\n")
    .map((line) => line.replace(/[ \t]+/g, " ").trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n");
}

/** Selected words as a quote: one line, with the words that a line's end parted made whole. */
export function plainQuote(text: string): string {
  const quote = letters(text)
    .replace(/(\p{Ll})[-\u2010][ \t]*\r?\n[ \t]*(?=\p{Ll})/gu, "$1")
    .replace(/\s+/g, " ")
    .trim();
  if (quote.length <= longestQuote) return quote;
  const cut = quote.slice(0, longestQuote);
  const end = cut.lastIndexOf(" ");
  return `${cut.slice(0, end > longestQuote / 2 ? end : longestQuote)}…`;
}

/** Ligatures as their letters; without what nobody sees. */
function letters(text: string): string {
  return text
    .replace(/[\uFB00-\uFB06]/g, (ligature) => ligature.normalize("NFKC"))
    .replace(/[\0\u00AD\u200B\uFEFF]/g, "");
}

/**
 * A message that begins with a quote and where it is from, as Markdown; what was already written
 * follows it.
 */
export function quoteInMessage(written: string, quote: string, source: string): string {
  return `> ${quote}\n> (${source})\n\n${written.trimStart()}`;
}
