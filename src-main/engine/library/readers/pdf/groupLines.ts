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
  /** Whether dots lead from an entry to its page number. */
  leader: boolean;
}

/** Words further apart than this many font sizes are in different columns or cells. */
const columnGap = 1.6;

/**
 * Groups words, in the order of the content, to lines. A superscript stays in its line; a cell of a
 * table or a line of the next column is a line of its own.
 */
export function groupLines(words: readonly PdfWord[]): PdfLine[] {
  const lines: PdfLine[] = [];
  // The line being written, and before it one that may still go on.
  const open: OpenLine[] = [];
  const close = (line: OpenLine | undefined): void => {
    if (line) lines.push(makeLine(line.words));
  };
  for (const word of words) {
    const current = open.at(-1);
    const held = open.at(-2);
    if (current && belongs(word, current)) {
      append(current, word);
    } else if (held && belongs(word, held)) {
      // What came between was an aside, such as a note in the margin; it goes before the line.
      close(open.pop());
      append(held, word);
    } else {
      if (open.length === 2) close(open.shift());
      open.push({ words: [word], anchor: word, last: word, start: word.from, reach: word.to });
    }
  }
  for (const line of open) close(line);
  return lines.map((line) => collapseLeaders(joinSpacedLetters(line)));
}

interface OpenLine {
  words: PdfWord[];
  /** The largest of its words, which says where the baseline is. */
  anchor: PdfWord;
  last: PdfWord;
  start: number;
  reach: number;
}

function append(line: OpenLine, word: PdfWord): void {
  line.words.push(word);
  line.last = word;
  if (word.size > line.anchor.size * 1.05) line.anchor = word;
  line.start = Math.min(line.start, word.from);
  line.reach = Math.max(line.reach, word.to);
}

function belongs(word: PdfWord, { anchor, last, start, reach }: OpenLine): boolean {
  if (word.turn !== anchor.turn) return false;
  const size = Math.max(word.size, anchor.size);
  const shift = Math.abs(word.base - anchor.base);
  const sameSize = Math.min(word.size, anchor.size) > 0.85 * size;
  // Only smaller letters may leave the baseline, as superscripts and subscripts do.
  if (shift > (sameSize ? 0.25 : 0.6) * size) return false;
  const gap = word.from - last.to;
  if (gap > columnGap * size) return false;
  if (gap > -0.5 * size) return true;
  // Text that runs to the left goes on before what was last.
  const before = last.from - word.to;
  if (before > -0.5 * size && before < columnGap * size && leftward(last) && leftward(word))
    return true;
  // Accents and marks drawn afterwards fall back into the line.
  return word.from > start - 0.5 * size && word.to < reach + 0.5 * size;
}

function leftward(word: PdfWord): boolean {
  return /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\p{N}]/u.test(word.text);
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
    leader: false,
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

const dots = /^[.·…‥_]+$/u;
const manyDots = 4;

/** Dots that lead from an entry to its page number become one ellipsis. */
function collapseLeaders(line: PdfLine): PdfLine {
  if (!line.words.some((word) => dots.test(word.text))) return line;
  const words: PdfWord[] = [];
  let leader = false;
  for (let i = 0; i < line.words.length;) {
    const word = line.words[i];
    if (!word) break;
    let end = i;
    let count = 0;
    let last = word;
    for (let next = line.words[end]; next && dots.test(next.text); next = line.words[++end]) {
      count += next.text.length;
      last = next;
    }
    if (count >= manyDots) {
      words.push({
        ...word,
        text: "…",
        right: last.right,
        bottom: last.bottom,
        to: last.to,
        spaced: true,
      });
      leader = true;
      i = end;
    } else {
      words.push(word);
      i++;
    }
  }
  return leader ? { ...line, words, leader } : line;
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
