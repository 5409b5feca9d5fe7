import type { QuarterTurns } from "./GrayImage.ts";

/** A word as Tesseract saw it, in pixels of its picture, origin top left. */
export interface SeenWord {
  text: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** A point of the line on which its letters stand, beside the word's middle. */
  baseX: number;
  baseY: number;
  /** How often the picture must be turned clockwise until the word reads upright. */
  turns: QuarterTurns;
  /** Size of its letters, from descender to ascender. */
  size: number;
  /** 0 to 100. */
  confidence: number;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface SeenLine extends Box {
  words: SeenWord[];
  runsDown: boolean;
  slope: number;
  offset: number;
  size: number;
  /** How far letters reach below the baseline. */
  descent: number;
}

/** Parts of hOCR that matter here; Tesseract writes each in one form. */
const pattern =
  /<p class='ocr_par'|<span class='(ocr_\w+|ocrx_word)' id='[^']*' title=["']([^"'>]*)["'][^>]*>((?:[^<]|<(?!\/?span)[^>]*>)*)/gu;

/**
 * Words out of Tesseract's hOCR, in its reading order. The lines of a paragraph get one size, since
 * those of single lines vary with their letters.
 */
export function parseHocr(hocr: string): SeenWord[] {
  const paragraphs: SeenLine[][] = [];
  for (const [, kind, title = "", content = ""] of hocr.matchAll(pattern)) {
    if (kind === undefined) {
      paragraphs.push([]);
      continue;
    }
    const box = boxOf(title);
    if (!box) continue;
    if (kind !== "ocrx_word") {
      paragraphs.at(-1)?.push(lineOf(box, title));
      continue;
    }
    const line = paragraphs.at(-1)?.at(-1);
    const text = decode(content.replace(/<[^>]*>/gu, "")).trim();
    if (text === "" || !line) continue;
    const [confidence = 0] = numbers(title, "x_wconf");
    line.words.push({ text, ...placed(box, line), size: line.size, confidence });
  }
  return paragraphs.flatMap(wordsOfParagraph);
}

function boxOf(title: string): Box | null {
  const [left, top, right, bottom] = numbers(title, "bbox");
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
    return null;
  }
  return { left, top, right, bottom };
}

function lineOf(box: Box, title: string): SeenLine {
  const [slope, offset = 0] = numbers(title, "baseline");
  const [size = box.bottom - box.top] = numbers(title, "x_size");
  const [descent = 0] = numbers(title, "x_descenders");
  // Lines that run down a page get no baseline, or one that climbs at once from one end to the other.
  const runsDown =
    (slope === undefined || Math.abs(slope) > 1) && box.bottom - box.top > box.right - box.left;
  return { ...box, words: [], runsDown, slope: slope ?? 0, offset, size, descent };
}

/**
 * A word as tall as its line, since the letters of some have no parts above or below, and the point
 * beside its middle on which they stand.
 */
function placed(
  word: Box,
  line: SeenLine,
): Pick<SeenWord, keyof Box | "baseX" | "baseY" | "turns"> {
  if (line.runsDown) {
    const { left, right } = line;
    const baseY = (word.top + word.bottom) / 2;
    return { ...word, left, right, baseX: left + line.descent, baseY, turns: 3 };
  }
  const baseX = (word.left + word.right) / 2;
  const baseY = line.bottom + line.offset + line.slope * (baseX - line.left);
  const bottom = Math.max(word.bottom, baseY + line.descent);
  const top = Math.min(word.top, baseY + line.descent - line.size);
  return { ...word, top, bottom, baseX, baseY, turns: 0 };
}

function wordsOfParagraph(lines: readonly SeenLine[]): SeenWord[] {
  const sizes = lines.filter((line) => line.words.length > 0).map((line) => line.size);
  const usual = sizes.toSorted((a, b) => a - b)[sizes.length >> 1] ?? 0;
  return lines.flatMap((line) => {
    const size = Math.abs(line.size - usual) < 0.25 * usual ? usual : line.size;
    return line.words.map((word) => ({ ...word, size }));
  });
}

function numbers(title: string, name: string): number[] {
  const found = new RegExp(`(?:^|; ?)${name} ([-\\d. ]+)`, "u").exec(title)?.[1];
  return found === undefined ? [] : found.trim().split(/\s+/u).map(Number).filter(Number.isFinite);
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/gu, (whole: string, code?: string, name?: string) =>
    code === undefined ? (entities[name ?? ""] ?? whole) : String.fromCodePoint(Number(code)),
  );
}
