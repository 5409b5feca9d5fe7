/** A run of text as a page draws it, or a text node. */
export interface TextPiece {
  readonly text: string;
  /** What follows stands on a new line. */
  readonly endsLine: boolean;
}

/** Text made plain for finding. Each of its UTF-16 units knows where it came from. */
export interface FoldedText {
  readonly text: string;
  /** Index of the piece, and the UTF-16 range in it, of each unit of `text`. */
  readonly piece: Uint32Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
}

/** Stands where a line ends with a hyphen: the word may go on, or the hyphen may be its own. */
export const lineHyphen = "\u00AD";

const hyphens = /[\u002D\u2010\u2011]/;
const dashes = /[\u2010-\u2015\u2212]/;
const singleQuotes = /[\u2018-\u201B\u2032]/;
const doubleQuotes = /[\u201C-\u201F\u2033\u00AB\u00BB]/;
const invisible = /[\u00AD\u200B-\u200F\u2060\uFEFF\0]/;
const marks = /\p{M}/u;
const letter = /\p{L}/u;

const foldedOthers = new Map<string, string>();

/**
 * One character without what finding does not care for: accents, ligatures, widths, the shape of
 * quotes and dashes. Case stays. Empty for what nobody sees.
 */
export function foldCharacter(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x80) return code < 0x20 || code === 0x7f ? (/\s/.test(char) ? " " : "") : char;
  let folded = foldedOthers.get(char);
  if (folded === undefined) {
    folded = foldOther(char);
    foldedOthers.set(char, folded);
  }
  return folded;
}

function foldOther(char: string): string {
  if (invisible.test(char)) return "";
  if (/\s/.test(char)) return " ";
  if (dashes.test(char)) return "-";
  if (singleQuotes.test(char)) return "'";
  if (doubleQuotes.test(char)) return '"';
  let folded = "";
  for (const part of char.normalize("NFKD")) {
    if (!marks.test(part)) folded += /\s/.test(part) ? " " : part;
  }
  return folded;
}

/** All of a page's pieces as one plain text: a space for any white space, "\n" between lines. */
export function foldPieces(pieces: readonly TextPiece[]): FoldedText {
  const writer = new FoldWriter();
  for (const [index, { text, endsLine }] of pieces.entries()) {
    let at = 0;
    for (const char of text) {
      const next = at + char.length;
      writer.put(foldCharacter(char), index, at, next, hyphens.test(char));
      at = next;
    }
    if (endsLine) writer.endLine(index, at);
  }
  return writer.finish();
}

class FoldWriter {
  #text = "";
  /** The last unit, which the end of the line may still change; it is not in `#text` yet. */
  #last = "";
  /** Whether it is a hyphen after a letter, which a line could break at. */
  #mayPart = false;
  readonly #piece: number[] = [];
  readonly #start: number[] = [];
  readonly #end: number[] = [];

  put(folded: string, piece: number, start: number, end: number, hyphen: boolean): void {
    if (folded === "") {
      // What nobody sees, such as the accent of the letter before, belongs to it.
      const at = this.#end.length - 1;
      if (this.#piece[at] === piece && this.#end[at] === start) this.#end[at] = end;
      return;
    }
    // White space in a row counts once, and not at all at the beginning of a line.
    if (folded === " " && isSpace(this.#last)) return;
    this.#mayPart = hyphen && letter.test(this.#last);
    for (let at = 0; at < folded.length; at++) {
      this.#push(folded.charAt(at), piece, start, end);
    }
  }

  endLine(piece: number, at: number): void {
    if (this.#last === " ") this.#last = "\n";
    else if (this.#mayPart) this.#last = lineHyphen;
    else if (!isSpace(this.#last)) this.#push("\n", piece, at, at);
    this.#mayPart = false;
  }

  finish(): FoldedText {
    return {
      text: this.#text + this.#last,
      piece: Uint32Array.from(this.#piece),
      start: Uint32Array.from(this.#start),
      end: Uint32Array.from(this.#end),
    };
  }

  #push(unit: string, piece: number, start: number, end: number): void {
    this.#text += this.#last;
    this.#last = unit;
    this.#piece.push(piece);
    this.#start.push(start);
    this.#end.push(end);
  }
}

function isSpace(unit: string): boolean {
  return unit === "" || unit === " " || unit === "\n" || unit === lineHyphen;
}
