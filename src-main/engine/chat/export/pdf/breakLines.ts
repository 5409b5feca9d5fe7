import type { DrawingFont } from "./PdfFont.ts";

/** Text of one look. Sizes and rises are in points. */
export interface Piece {
  readonly text: string;
  readonly font: DrawingFont;
  readonly size: number;
  /** Above the line, for the numbers of footnotes. */
  readonly rise?: number;
  /** 0 is black, 1 is white. */
  readonly grey?: number;
  /** The footnote that this is the number of. */
  readonly note?: number;
}

/** A piece where it stands in its line. */
export interface Placed extends Piece {
  readonly x: number;
}

export function widthOf(text: string, font: DrawingFont, size: number): number {
  let sum = 0;
  for (const sign of text) sum += font.width(sign);
  return (sum * size) / 1000;
}

/** Between ideographs and kana a line may end anywhere. */
const breakable = /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])/u;

/**
 * Sets pieces into lines of a width, in points. Lines end at spaces and line breaks; a word that is
 * wider than a line is cut where it has to be.
 */
export function breakLines(pieces: readonly Piece[], width: number, from = 0): Placed[][] {
  const lines: Placed[][] = [[]];
  let x = from;
  const newLine = (): void => {
    lines.push([]);
    x = from;
  };
  const put = (piece: Piece, text: string): void => {
    const line = lines.at(-1) ?? [];
    const last = line.at(-1);
    if (last && isSameLook(last, piece) && piece.note === undefined) {
      line[line.length - 1] = { ...last, text: last.text + text };
    } else line.push({ ...piece, text, x });
    x += widthOf(text, piece.font, piece.size);
  };
  // A word may be made of several looks: it stays together.
  let word: { piece: Piece; text: string }[] = [];
  const putWord = (): void => {
    const wide = word.reduce(
      (sum, { piece, text }) => sum + widthOf(text, piece.font, piece.size),
      0,
    );
    if (x > from && x + wide > from + width) newLine();
    for (const { piece, text } of word) {
      for (const sign of wide > width ? text : [text]) {
        if (x > from && x + widthOf(sign, piece.font, piece.size) > from + width) newLine();
        put(piece, sign);
      }
    }
    word = [];
  };
  for (const piece of pieces) {
    for (const part of piece.text.split(/(\n|[ \t]+)/u)) {
      if (part === "") continue;
      if (part === "\n") {
        putWord();
        newLine();
      } else if (/^[ \t]/u.test(part)) {
        putWord();
        const space = part.replaceAll("\t", "    ");
        // No line begins with the space between two words.
        if (x > from || lines.length === 1) put(piece, space);
      } else {
        for (const text of part.split(breakable)) {
          if (text === "") continue;
          if (breakable.test(text)) putWord();
          word.push({ piece, text });
        }
      }
    }
  }
  putWord();
  return lines;
}

function isSameLook(a: Piece, b: Piece): boolean {
  return (
    a.font === b.font &&
    a.size === b.size &&
    a.rise === b.rise &&
    a.grey === b.grey &&
    a.note === undefined
  );
}
