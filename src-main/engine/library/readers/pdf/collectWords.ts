import type { OPS } from "pdfjs-dist";
import { fallbackMetrics, type FontMetrics } from "./fontMetrics.ts";
import { identity, isFiniteNumber, multiply, toMatrix, type Matrix } from "./matrix.ts";
import { WordCollector } from "./WordCollector.ts";
import type { PdfWord } from "./PdfWord.ts";

/** pdf.js's list of drawing operations of a page. */
export interface OperatorList {
  fnArray: ArrayLike<number>;
  argsArray: ArrayLike<unknown>;
}

/** The part of the graphics state that places text. Replaced, never changed, when saved. */
interface TextState {
  ctm: Matrix;
  font: FontMetrics;
  size: number;
  charSpacing: number;
  wordSpacing: number;
  /** 1 is the natural width. */
  horizontalScale: number;
  rise: number;
  leading: number;
}

const freshState = (ctm: Matrix): TextState => ({
  ctm,
  font: fallbackMetrics,
  size: 0,
  charSpacing: 0,
  wordSpacing: 0,
  horizontalScale: 1,
  rise: 0,
  leading: 0,
});

/** Nesting deeper than this is an attack, not a document. */
const maxDepth = 10_000;

/**
 * Runs the text operators of a page and gives its words in the order of the content, each placed
 * by the advances of its own glyphs, and the part of the glyphs whose letters nobody knows.
 *
 * @param view maps page space to the shown page (points, y downwards, rotated and cropped).
 * @param fontOf metrics of a font by the name that the list uses.
 */
export function collectWords(
  list: OperatorList,
  ops: typeof OPS,
  view: Matrix,
  size: { width: number; height: number },
  fontOf: (name: string) => FontMetrics,
): { words: PdfWord[]; unknownShare: number } {
  const collector = new WordCollector(size.width, size.height);
  const stack: TextState[] = [];
  let state = freshState(view);
  let textMatrix = identity;
  let lineX = 0;
  let lineY = 0;
  const pen = { x: 0, y: 0 };

  const save = (): void => {
    if (stack.length < maxDepth) stack.push({ ...state });
  };
  const restore = (): void => {
    state = stack.pop() ?? state;
  };
  const transform = (matrix: Matrix | null): void => {
    if (matrix) state.ctm = multiply(state.ctm, matrix);
  };
  const moveText = (x: number, y: number): void => {
    pen.x = lineX += x;
    pen.y = lineY += y;
  };
  const setTextMatrix = (matrix: Matrix): void => {
    textMatrix = matrix;
    pen.x = pen.y = lineX = lineY = 0;
  };
  const setFont = (name: unknown, fontSize: unknown): void => {
    state.font = fontOf(String(name));
    state.size = isFiniteNumber(fontSize) ? fontSize : 0;
  };

  for (let i = 0; i < list.fnArray.length; i++) {
    const fn = list.fnArray[i];
    const args = asArray(list.argsArray[i]);
    switch (fn) {
      case ops.showText:
        showText(collector, asArray(args[0]), state, textMatrix, pen);
        break;
      case ops.setFont:
        setFont(args[0], args[1]);
        break;
      case ops.moveText:
        moveText(numberOr(args[0], 0), numberOr(args[1], 0));
        break;
      case ops.setLeadingMoveText:
        state.leading = numberOr(args[1], 0);
        moveText(numberOr(args[0], 0), numberOr(args[1], 0));
        break;
      case ops.nextLine:
        moveText(0, state.leading);
        break;
      case ops.setLeading:
        state.leading = -numberOr(args[0], 0);
        break;
      case ops.setTextMatrix:
        setTextMatrix(toMatrix(args[0]) ?? toMatrix(args) ?? identity);
        break;
      case ops.beginText:
        setTextMatrix(identity);
        break;
      case ops.setCharSpacing:
        state.charSpacing = numberOr(args[0], 0);
        break;
      case ops.setWordSpacing:
        state.wordSpacing = numberOr(args[0], 0);
        break;
      case ops.setHScale:
        state.horizontalScale = numberOr(args[0], 100) / 100;
        break;
      case ops.setTextRise:
        state.rise = numberOr(args[0], 0);
        break;
      case ops.setGState:
        for (const entry of asArray(args[0])) {
          const [key, value] = asArray(entry);
          if (key === "Font") setFont(asArray(value)[0], asArray(value)[1]);
        }
        break;
      case ops.save:
        save();
        break;
      case ops.restore:
        restore();
        break;
      case ops.transform:
        transform(toMatrix(args));
        break;
      case ops.paintFormXObjectBegin:
        collector.finishWord();
        save();
        transform(toMatrix(args[0]));
        break;
      case ops.paintFormXObjectEnd:
        collector.finishWord();
        restore();
        break;
      // A group repeats the matrix of the form inside it, so only its state counts.
      case ops.beginGroup:
        save();
        break;
      case ops.endGroup:
        restore();
        break;
      case ops.beginAnnotation:
        collector.finishWord();
        save();
        state = freshState(view);
        transform(toMatrix(args[2]));
        transform(toMatrix(args[3]));
        break;
      case ops.endAnnotation:
        collector.finishWord();
        restore();
        break;
      default:
        break;
    }
  }
  collector.finishWord();
  return { words: collector.words, unknownShare: collector.unknownShare };
}

/** Shows one string and moves the pen behind it. */
function showText(
  collector: WordCollector,
  glyphs: readonly unknown[],
  state: TextState,
  textMatrix: Matrix,
  pen: { x: number; y: number },
): void {
  const { font, size, charSpacing, wordSpacing, horizontalScale } = state;
  const [a, b, c, d, e, f] = multiply(state.ctm, textMatrix);
  const unit = size * font.matrix[0];
  const shownSize = Math.hypot(c, d) * Math.abs(size) || Math.hypot(a, b) * Math.abs(size);
  if (!(shownSize > 0)) return;

  if (font.vertical) {
    const length = Math.hypot(c, d) || 1;
    for (const glyph of glyphs) {
      if (typeof glyph === "number") {
        pen.y -= (glyph * size) / 1000;
        continue;
      }
      if (!isGlyph(glyph)) continue;
      const advance = -numberOr(glyph.vmetric?.[0], -1000) * unit;
      const x = pen.x;
      const y = pen.y + state.rise;
      const half = (Math.abs(size) || 1) / 2;
      collector.add(
        glyph.unicode,
        {
          startX: a * x + c * y + e,
          startY: b * x + d * y + f,
          endX: a * x + c * (y - advance) + e,
          endY: b * x + d * (y - advance) + f,
          upX: a * half,
          upY: b * half,
          downX: -a * half,
          downY: -b * half,
          dirX: -c / length,
          dirY: -d / length,
          size: shownSize,
        },
        font,
      );
      pen.y -= advance - charSpacing - (glyph.isSpace ? wordSpacing : 0);
    }
    return;
  }

  const sign = Math.sign(size * horizontalScale) || 1;
  const length = Math.hypot(a, b) || 1;
  const place = {
    startX: 0,
    startY: 0,
    endX: 0,
    endY: 0,
    upX: c * font.ascent * size,
    upY: d * font.ascent * size,
    downX: c * font.descent * size,
    downY: d * font.descent * size,
    dirX: (a / length) * sign,
    dirY: (b / length) * sign,
    size: shownSize,
  };
  const y = pen.y + state.rise;
  const baseX = c * y + e;
  const baseY = d * y + f;
  let x = pen.x;
  for (const glyph of glyphs) {
    if (typeof glyph === "number") {
      x -= ((glyph * size) / 1000) * horizontalScale;
      continue;
    }
    if (!isGlyph(glyph)) continue;
    const width = numberOr(glyph.width, 0) * unit;
    const end = x + width * horizontalScale;
    place.startX = a * x + baseX;
    place.startY = b * x + baseY;
    place.endX = a * end + baseX;
    place.endY = b * end + baseY;
    collector.add(glyph.unicode, place, font);
    x = end + (charSpacing + (glyph.isSpace ? wordSpacing : 0)) * horizontalScale;
  }
  pen.x = x;
}

interface Glyph {
  unicode: string;
  width?: unknown;
  isSpace?: boolean;
  vmetric?: ArrayLike<unknown> | null;
}

function isGlyph(value: unknown): value is Glyph {
  return (
    typeof value === "object" &&
    value !== null &&
    "unicode" in value &&
    typeof value.unicode === "string"
  );
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberOr(value: unknown, otherwise: number): number {
  return isFiniteNumber(value) ? value : otherwise;
}
