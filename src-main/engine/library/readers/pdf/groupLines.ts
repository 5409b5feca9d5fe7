import type { PdfWord, Turn } from "./PdfWord.ts";

/** Words side by side on one baseline, without a gap as wide as between columns. */
export interface PdfLine {
  words: PdfWord[];
  turn: Turn;
  from: number;
  to: number;
  /** Baseline of its largest words; grows downwards in the line's own frame. */
  base: number;
  /** Size of most of its letters, in points. */
  size: number;
  bold: boolean;
  monospace: boolean;
}

/** Words further apart than this many font sizes are in different columns or cells. */
const columnGap = 1.6;

/**
 * Groups words, in the order of the content, to lines. A superscript stays in its line; a cell of a
 * table or a line of the next column is a line of its own.
 */
export function groupLines(words: readonly PdfWord[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let current: PdfWord[] = [];
  let anchor: PdfWord | null = null;
  let reach = 0;
  for (const word of words) {
    if (anchor && belongs(word, anchor, current.at(-1) ?? anchor, reach)) {
      current.push(word);
      if (word.size > anchor.size * 1.05) anchor = word;
      reach = Math.max(reach, word.to);
    } else {
      if (current.length > 0) lines.push(makeLine(current));
      current = [word];
      anchor = word;
      reach = word.to;
    }
  }
  if (current.length > 0) lines.push(makeLine(current));
  return lines.map(joinSpacedLetters);
}

function belongs(word: PdfWord, anchor: PdfWord, last: PdfWord, reach: number): boolean {
  if (word.turn !== anchor.turn) return false;
  const size = Math.max(word.size, anchor.size);
  const shift = Math.abs(word.base - anchor.base);
  const sameSize = Math.min(word.size, anchor.size) > 0.85 * size;
  // Only smaller letters may leave the baseline, as superscripts and subscripts do.
  if (shift > (sameSize ? 0.25 : 0.6) * size) return false;
  const gap = word.from - last.to;
  if (gap > columnGap * size) return false;
  if (gap > -0.5 * size) return true;
  // Text that runs to the left goes on before what was last; accents and the like fall back a bit.
  const before = last.from - word.to;
  return (before > -0.5 * size && before < columnGap * size) || word.to < reach;
}

export function makeLine(words: PdfWord[]): PdfLine {
  const bySize = new Map<number, number>();
  let letters = 0;
  let bold = 0;
  let monospace = 0;
  let from = Infinity;
  let to = -Infinity;
  for (const word of words) {
    const length = word.text.length;
    const size = Math.round(word.size * 4) / 4;
    bySize.set(size, (bySize.get(size) ?? 0) + length);
    letters += length;
    if (word.bold) bold += length;
    if (word.monospace) monospace += length;
    from = Math.min(from, word.from);
    to = Math.max(to, word.to);
  }
  let size = 0;
  let most = -1;
  for (const [candidate, count] of bySize) {
    if (count > most || (count === most && candidate > size)) {
      most = count;
      size = candidate;
    }
  }
  const largest = words.reduce((a, b) => (b.size > a.size * 1.05 ? b : a));
  return {
    words,
    turn: largest.turn,
    from,
    to,
    base: largest.base,
    size: size || largest.size,
    bold: bold > 0.8 * letters,
    monospace: monospace > 0.8 * letters,
  };
}

/** Whether two words have something like a space between them. */
export function isSpaced(before: PdfWord, word: PdfWord): boolean {
  if (word.spaced) return true;
  const size = Math.min(before.size, word.size);
  const gap = word.from - before.to;
  const back = before.from - word.to;
  return gap > 0.13 * size || back > 0.13 * size;
}

/**
 * Letters set wide apart come as words of one letter or two. Where a run of words without a written
 * space is mostly such, its pieces are joined unless a gap stands out from the others.
 */
function joinSpacedLetters(line: PdfLine): PdfLine {
  if (line.words.length < 3) return line;
  const joined: PdfWord[] = [];
  let run: PdfWord[] = [];
  for (const word of line.words) {
    if (word.spaced && run.length > 0) {
      joined.push(...joinRun(run));
      run = [];
    }
    run.push(word);
  }
  joined.push(...joinRun(run));
  return joined.length === line.words.length ? line : { ...line, words: joined };
}

function joinRun(run: PdfWord[]): PdfWord[] {
  const single = run.filter((word) => word.text.length === 1 && /\p{L}/u.test(word.text)).length;
  if (run.length < 3 || single < 0.7 * run.length) return run;
  const gaps: number[] = [];
  for (const [i, word] of run.entries()) {
    const last = run[i - 1];
    if (last) gaps.push(word.from - last.to);
  }
  const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1];
  if (usual === undefined || usual <= 0) return run;
  const joined: PdfWord[] = [];
  for (const word of run) {
    const last = joined.at(-1);
    if (last && word.from > last.from && word.from - last.to < 1.5 * usual) {
      joined[joined.length - 1] = {
        ...last,
        text: last.text + word.text,
        left: Math.min(last.left, word.left),
        top: Math.min(last.top, word.top),
        right: Math.max(last.right, word.right),
        bottom: Math.max(last.bottom, word.bottom),
        to: word.to,
      };
    } else {
      joined.push(word);
    }
  }
  return joined;
}
