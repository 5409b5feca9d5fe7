import { expandLigatures, withoutControls } from "../cleanText.ts";
import type { FontMetrics } from "./fontMetrics.ts";
import { toFrame, type PdfWord, type Turn } from "./PdfWord.ts";

/** One glyph's place: where its baseline starts and ends, and how far it reaches up and down. */
export interface GlyphPlace {
  startX: number;
  startY: number;
  endX: number;
  endY: number;
  /** From the baseline to the top and to the bottom of the font's extent. */
  upX: number;
  upY: number;
  downX: number;
  downY: number;
  /** Unit vector along the text. */
  dirX: number;
  dirY: number;
  /** Font size as shown, in points. */
  size: number;
}

/** A gap wider than this part of the font size parts two words. */
const wordGap = 0.13;
/** Falling back by more than this part of the font size starts a word. */
const backGap = 0.35;
/** Leaving the baseline by more than this part of the font size starts a word. */
const baselineGap = 0.12;
/** A word drawn again this close, in parts of its size, is the same word made bold. */
const repeatDistance = 0.15;
const repeatsRemembered = 8;

const blank = /^[\s\u00A0\u2000-\u200B\u202F\u205F\u3000]*$/u;
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/u;
/** Scripts written without spaces: each character is a word, so that any part can be marked. */
const unspaced =
  /[\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\uFF66-\uFF9F\u{20000}-\u{3FFFF}]/u;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const control = /^[\u0000-\u0008\u000E-\u001F\u007F-\u009F]+$/u;
const plain = /^[\u0021-\u007E\u00A1-\u024F\u2010-\u2027\u2030-\u205E]+$/u;

interface OpenWord {
  text: string;
  /** One entry per glyph, kept only where the order may have to be turned round. */
  parts: string[] | null;
  leftward: boolean;
  left: number;
  top: number;
  right: number;
  bottom: number;
  startX: number;
  startY: number;
  endX: number;
  endY: number;
  baseX: number;
  baseY: number;
  dirX: number;
  dirY: number;
  size: number;
  font: FontMetrics;
  spaced: boolean;
  glyphs: number;
}

/** Puts glyphs together to words as they come, in the order of the page's content. */
export class WordCollector {
  readonly words: PdfWord[] = [];
  #glyphs = 0;
  #unknown = 0;
  readonly #width: number;
  readonly #height: number;
  readonly #seen = new Map<string, PdfWord[]>();
  #open: OpenWord | null = null;
  #spaced = false;

  /** @param width of the shown page in points, as is `height`; words outside it are left out. */
  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
  }

  /**
   * Part of the glyphs whose letters the file does not tell, 0 to 1: a font without that knowledge gives
   * them numbers, which stand for control characters where they are small.
   */
  get unknownShare(): number {
    return this.#glyphs === 0 ? 0 : this.#unknown / this.#glyphs;
  }

  add(unicode: string, place: GlyphPlace, font: FontMetrics): void {
    if (unicode === " " || blank.test(unicode)) {
      this.finishWord();
      this.#spaced = true;
      return;
    }
    const simple = plain.test(unicode);
    this.#glyphs++;
    if (!simple && control.test(unicode)) this.#unknown++;
    const rtl = !simple && rightToLeft.test(unicode);
    const alone = !simple && unspaced.test(unicode);
    const open = this.#open;
    if (open && !alone && this.#joins(open, place, font, rtl)) {
      extend(open, unicode, place, rtl);
      return;
    }
    this.finishWord();
    this.#open = begin(unicode, place, font, rtl, this.#spaced);
    this.#spaced = false;
    if (alone) this.finishWord();
  }

  finishWord(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    const text = wordText(open);
    if (text === "") return;
    if (
      open.right < 0 ||
      open.bottom < 0 ||
      open.left > this.#width ||
      open.top > this.#height ||
      !Number.isFinite(open.left + open.right + open.top + open.bottom)
    ) {
      return;
    }
    const turn = turnOf(open.dirX, open.dirY);
    const [a1, b1] = toFrame(turn, open.left, open.top);
    const [a2] = toFrame(turn, open.right, open.bottom);
    const [, base] = toFrame(turn, open.baseX, open.baseY);
    const word: PdfWord = {
      text,
      left: open.left,
      top: open.top,
      right: open.right,
      bottom: open.bottom,
      turn,
      from: Math.min(a1, a2),
      to: Math.max(a1, a2),
      base: Number.isFinite(base) ? base : b1,
      size: open.size,
      bold: open.font.bold,
      monospace: open.font.monospace,
      spaced: open.spaced,
    };
    if (!this.#isRepeat(word)) this.words.push(word);
  }

  #joins(open: OpenWord, place: GlyphPlace, font: FontMetrics, rtl: boolean): boolean {
    const size = open.size;
    if (Math.abs(place.size - size) > 0.05 * size) return false;
    if (font !== open.font && (font.bold !== open.font.bold || font.type3 !== open.font.type3)) {
      return false;
    }
    const { dirX, dirY } = open;
    if (place.dirX * dirX + place.dirY * dirY < 0.98) return false;
    const dx = place.startX - open.endX;
    const dy = place.startY - open.endY;
    const across = Math.abs(dx * dirY - dy * dirX);
    if (across > baselineGap * size) return false;
    const gap = dx * dirX + dy * dirY;
    if (rtl || open.parts) {
      const back = (open.startX - place.endX) * dirX + (open.startY - place.endY) * dirY;
      const ahead = gap > -backGap * size && gap < wordGap * size;
      const behind = back > -backGap * size && back < wordGap * size;
      if (!behind) return ahead;
      if (!ahead) open.leftward = true;
      return true;
    }
    return gap < wordGap * size && gap > -backGap * size;
  }

  #isRepeat(word: PdfWord): boolean {
    const known = this.#seen.get(word.text);
    if (!known) {
      this.#seen.set(word.text, [word]);
      return false;
    }
    const near = repeatDistance * word.size;
    for (const other of known) {
      if (
        Math.abs(other.left - word.left) < near &&
        Math.abs(other.top - word.top) < near &&
        Math.abs(other.right - word.right) < near &&
        other.turn === word.turn
      ) {
        return true;
      }
    }
    if (known.length >= repeatsRemembered) known.shift();
    known.push(word);
    return false;
  }
}

function begin(
  unicode: string,
  place: GlyphPlace,
  font: FontMetrics,
  rtl: boolean,
  spaced: boolean,
): OpenWord {
  const { startX, startY, endX, endY, upX, upY, downX, downY } = place;
  return {
    text: unicode,
    parts: rtl ? [unicode] : null,
    leftward: false,
    left: Math.min(startX, endX) + Math.min(upX, downX),
    right: Math.max(startX, endX) + Math.max(upX, downX),
    top: Math.min(startY, endY) + Math.min(upY, downY),
    bottom: Math.max(startY, endY) + Math.max(upY, downY),
    startX,
    startY,
    endX,
    endY,
    baseX: startX,
    baseY: startY,
    dirX: place.dirX,
    dirY: place.dirY,
    size: place.size,
    font,
    spaced,
    glyphs: 1,
  };
}

function extend(open: OpenWord, unicode: string, place: GlyphPlace, rtl: boolean): void {
  if (rtl) open.parts ??= Array.from(open.text);
  open.parts?.push(unicode);
  open.text += unicode;
  open.glyphs++;
  const { startX, startY, endX, endY, upX, upY, downX, downY } = place;
  open.left = Math.min(open.left, Math.min(startX, endX) + Math.min(upX, downX));
  open.right = Math.max(open.right, Math.max(startX, endX) + Math.max(upX, downX));
  open.top = Math.min(open.top, Math.min(startY, endY) + Math.min(upY, downY));
  open.bottom = Math.max(open.bottom, Math.max(startY, endY) + Math.max(upY, downY));
  open.startX = startX;
  open.startY = startY;
  open.endX = endX;
  open.endY = endY;
}

/** Letters in reading order: text that runs to the left is drawn either way round in PDF. */
function wordText(open: OpenWord): string {
  let text = open.text;
  if (open.parts && !open.leftward && open.glyphs > 1) text = open.parts.toReversed().join("");
  if (plain.test(text)) return text;
  return withoutControls(expandLigatures(text));
}

function turnOf(dirX: number, dirY: number): Turn {
  if (Math.abs(dirX) >= Math.abs(dirY)) return dirX >= 0 ? 0 : 2;
  return dirY >= 0 ? 1 : 3;
}
