import { foldCharacter, lineHyphen, type FoldedText } from "./foldText.ts";

export interface FindOptions {
  readonly matchCase: boolean;
  readonly wholeWords: boolean;
}

/** A found stretch: from a piece's UTF-16 offset to that of the same or a later piece, end excluded. */
export interface PieceRange {
  readonly fromPiece: number;
  readonly fromOffset: number;
  readonly toPiece: number;
  readonly toOffset: number;
}

/** Writing without spaces, whose lines break between any two signs. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const special = /[.*+?^${}()|[\]\\/]/g;

/**
 * What finds a text in folded text, also over the ends of lines and through words that a hyphen
 * parts there. Null where nothing was asked for.
 */
export function findPattern(query: string, options: FindOptions): RegExp | null {
  const folded = Array.from(query, foldCharacter).join("");
  const wanted = Array.from(folded.replace(/\s+/g, " ").trim());
  if (wanted.length === 0) return null;
  let source = "";
  for (const [at, char] of wanted.entries()) {
    const before = wanted[at - 1];
    if (before !== undefined && before !== "-" && char !== "-" && char !== " " && before !== " ") {
      source += unspaced.test(before) ? `[${lineHyphen}\\n]?` : `${lineHyphen}?`;
    }
    if (char === " ") source += "[ \\n]+";
    else if (char === "-") source += `(?:-\\n?|${lineHyphen})`;
    else source += char.replace(special, "\\$&");
  }
  const letter = "[\\p{L}\\p{N}_]";
  const bounded = options.wholeWords ? `(?<!${letter})${source}(?!${letter})` : source;
  return new RegExp(bounded, options.matchCase ? "gu" : "giu");
}

/** Start and end of each place of a pattern, one after the other: [start, end, start, end, …]. */
export function findAll(text: string, pattern: RegExp): number[] {
  const found: number[] = [];
  for (const match of text.matchAll(pattern)) {
    if (match[0] !== "") found.push(match.index, match.index + match[0].length);
  }
  return found;
}

/** Where in the pieces a stretch of their folded text stands. */
export function toPieces(folded: FoldedText, start: number, end: number): PieceRange {
  return {
    fromPiece: folded.piece[start] ?? 0,
    fromOffset: folded.start[start] ?? 0,
    toPiece: folded.piece[end - 1] ?? 0,
    toOffset: folded.end[end - 1] ?? 0,
  };
}
