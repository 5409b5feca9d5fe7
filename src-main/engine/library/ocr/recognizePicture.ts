import { isPlain, turned, type GrayImage, type QuarterTurns } from "./GrayImage.ts";
import type { SeenWord } from "./parseHocr.ts";
import type { Tesseract } from "./Tesseract.ts";

/** What a picture says, with its words as they stand in it, not turned. */
export interface SeenPage {
  words: SeenWord[];
  /** 0 to 100, weighed by letters. */
  confidence: number;
}

/** A page that was read this well lies as it was read. */
const surely = 70;
const fewLetters = 12;
/** Words that Tesseract itself does not believe. */
const leastWordConfidence = 25;

/**
 * Reads a picture. Tesseract finds lines that run up or down by itself; a page that makes no sense is
 * tried turned, since some scans are upside down.
 */
export function recognizePicture(tesseract: Tesseract, image: GrayImage, dpi: number): SeenPage {
  if (isPlain(image)) return { words: [], confidence: 0 };
  let best = see(tesseract, image, dpi, 0);
  for (const turns of isInRows(best) ? ([2, 1, 3] as const) : ([1, 3, 2] as const)) {
    // Where not even noise is taken for words, there is nothing that could be turned.
    if (best.words.length === 0 || isSure(best)) break;
    const other = see(tesseract, image, dpi, turns);
    if (weight(other) > weight(best) * 1.2) best = other;
  }
  return best;
}

/** Whether words are wider than high: the lines of a page upside down, not of one on its side. */
function isInRows({ words }: SeenPage): boolean {
  const wide = words.filter((word) => word.right - word.left > word.bottom - word.top).length;
  return wide * 2 > words.length;
}

function isSure(page: SeenPage): boolean {
  return page.confidence >= surely && letters(page) >= fewLetters;
}

function see(tesseract: Tesseract, image: GrayImage, dpi: number, turns: QuarterTurns): SeenPage {
  const words = tesseract
    .recognize(turned(image, turns), dpi)
    .filter(
      ({ text, confidence }) => confidence >= leastWordConfidence && /[\p{L}\p{N}]/u.test(text),
    )
    .map((word) => turnedBack(word, image, turns));
  let sum = 0;
  let count = 0;
  for (const { text, confidence } of words) {
    sum += confidence * text.length;
    count += text.length;
  }
  return { words, confidence: count === 0 ? 0 : sum / count };
}

function letters({ words }: SeenPage): number {
  return words.reduce((sum, { text }) => sum + text.length, 0);
}

function weight(page: SeenPage): number {
  return Math.sqrt(letters(page)) * page.confidence ** 2;
}

/** A word of a turned picture in the picture as it was. */
function turnedBack(
  word: SeenWord,
  { width, height }: Pick<GrayImage, "width" | "height">,
  turns: QuarterTurns,
): SeenWord {
  const place = (x: number, y: number): [number, number] =>
    turns === 0
      ? [x, y]
      : turns === 1
        ? [y, height - x]
        : turns === 2
          ? [width - x, height - y]
          : [width - y, x];
  const [x1, y1] = place(word.left, word.top);
  const [x2, y2] = place(word.right, word.bottom);
  const [baseX, baseY] = place(word.baseX, word.baseY);
  return {
    ...word,
    left: Math.min(x1, x2),
    top: Math.min(y1, y2),
    right: Math.max(x1, x2),
    bottom: Math.max(y1, y2),
    baseX,
    baseY,
    turns: ([0, 1, 2, 3] as const)[(turns + word.turns) % 4] ?? 0,
  };
}
