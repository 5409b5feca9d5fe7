const marks = /[\u0300-\u036f]/gu;
// oxlint-disable-next-line no-control-regex -- ASCII as a whole, control characters included.
const ascii = /^[\u0001-\u007f]*$/u;

/**
 * A text as it is compared in searches: without case, accents and differences of width. What SQLite
 * cannot hold becomes a space.
 */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  let folded = "";
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

function foldCharacter(character: string): string {
  if (character === "\0" || !character.isWellFormed()) return " ";
  return character.normalize("NFKD").replace(marks, "").toLowerCase();
}

/** The words of a query, folded, without repeats. */
export function foldedWords(query: string): string[] {
  return [...new Set(fold(query).split(/\s+/u))].filter((word) => word !== "");
}

const before = 48;
const after = 112;

/** The part of a text around the first place of a folded word, on one line. */
export function snippetAround(text: string, word: string): string {
  let folded = "";
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    const part = foldCharacter(character);
    for (let i = 0; i < part.length; i++) starts.push(at);
    folded += part;
    at += character.length;
  }
  const place = starts[Math.max(0, folded.indexOf(word))] ?? 0;
  const from = place <= before ? 0 : wholeCharacter(text, place - before);
  const to = wholeCharacter(text, Math.min(text.length, place + after));
  const middle = text.slice(from, to).replace(/\s+/gu, " ").trim();
  return `${from > 0 ? "…" : ""}${middle}${to < text.length ? "…" : ""}`;
}

/** Moves back from between the halves of a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff && at > 0 ? at - 1 : at;
}
