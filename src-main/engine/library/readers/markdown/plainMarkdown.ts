/** Longer lines are data rather than writing, and would make the patterns below slow. */
const longestStripped = 20_000;

/**
 * One line of Markdown without its inline marks, so that quotes and searches show what a reader
 * would see. Heading, list and quote marks at its start stay, except for headings.
 */
export function plainLine(line: string): string {
  if (line.length > longestStripped || !/[[\]!*_`~<>\\#]/u.test(line)) return line;
  return line
    .replace(/^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/u, "$1")
    .split(/(`{1,8}[^`]{1,2000}`{1,8})/u)
    .map((piece, i) => (i % 2 === 1 ? piece.replace(/^`+ ?| ?`+$/gu, "") : plainInline(piece)))
    .join("");
}

const escapable = "\\`*_{}[]()#+-.!<>~|";
const escape = /\\([\\`*_{}[\]()#+\-.!<>~|])/gu;
/** Escaped signs stand as code points that no text holds while the marks are taken out. */
const firstStandIn = 0xfdd0;

function plainInline(text: string): string {
  return text
    .replace(escape, (_, sign: string) =>
      String.fromCharCode(firstStandIn + escapable.indexOf(sign)),
    )
    .replace(/!\[([^\][]{0,500})\]\([^()\s]{0,2000}(?:\s+"[^"]{0,1000}")?\)/gu, "$1")
    .replace(
      /!?\[([^\][]{1,500})\]\([^()\s]{0,2000}(?:\([^()]{0,1000}\))?[^()\s]{0,2000}(?:\s+"[^"]{0,1000}")?\)/gu,
      "$1",
    )
    .replace(/\[([^\][]{1,500})\]\[[^\][]{0,500}\]/gu, "$1")
    .replace(/<((?:https?|mailto):[^<>\s]{1,2000})>/gu, "$1")
    .replace(/<\/?[a-zA-Z][^<>]{0,2000}>|<!--.{0,2000}?-->/gu, "")
    .replace(/(\*\*\*|\*\*|~~)(?=\S)([^*~]{1,2000}?\S?)\1/gu, "$2")
    .replace(/(?<![\p{L}\p{N}_])(__|_)(?=\S)([^_]{1,2000}?)\1(?![\p{L}\p{N}_])/gu, "$2")
    .replace(/\*(?=\S)([^*\n]{1,2000}?)(?<=\S)\*/gu, "$1")
    .replace(/[\uFDD0-\uFDE7]/gu, (standIn) =>
      escapable.charAt(standIn.charCodeAt(0) - firstStandIn),
    );
}
