import { composePage } from "../readers/pdf/composePage.ts";
import { FontSizes } from "../readers/pdf/groupBlocks.ts";
import { toFrame, type PdfWord, type Turn } from "../readers/pdf/PdfWord.ts";
import type { ReadPage } from "../readers/Reader.ts";
import type { QuarterTurns } from "./GrayImage.ts";
import type { SeenWord } from "./parseHocr.ts";
import type { SeenPage } from "./recognizePicture.ts";

/** Which way text runs that reads upright after so many turns. */
const turnOf: Record<QuarterTurns, Turn> = { 0: 0, 1: 3, 2: 2, 3: 1 };

/**
 * Text in reading order and the places of its words, from what was seen in a picture of a page.
 *
 * @param pointsPerPixel how large a pixel of the picture is on the page
 */
export function recognizedPage(
  { words }: SeenPage,
  pointsPerPixel: number,
): Pick<ReadPage, "text" | "words" | "blocks"> {
  return composePage(
    words.map((word) => onPage(word, pointsPerPixel)),
    new FontSizes(),
  );
}

function onPage(word: SeenWord, pointsPerPixel: number): PdfWord {
  const turn = turnOf[word.turns];
  const left = word.left * pointsPerPixel;
  const right = word.right * pointsPerPixel;
  const top = word.top * pointsPerPixel;
  const bottom = word.bottom * pointsPerPixel;
  const [a] = toFrame(turn, left, top);
  const [b] = toFrame(turn, right, bottom);
  const [, base] = toFrame(turn, word.baseX * pointsPerPixel, word.baseY * pointsPerPixel);
  return {
    text: word.text,
    left,
    top,
    right,
    bottom,
    turn,
    from: Math.min(a, b),
    to: Math.max(a, b),
    base,
    size: word.size * pointsPerPixel,
    bold: false,
    monospace: false,
    spaced: true,
  };
}
