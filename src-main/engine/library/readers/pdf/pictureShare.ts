import type { OPS } from "pdfjs-dist";
import type { OperatorList } from "./collectWords.ts";
import { multiply, toMatrix, type Matrix } from "./matrix.ts";

interface Level {
  ctm: Matrix;
  /** The space was changed, and nothing was drawn in it since. */
  empty: boolean;
}

/** Nesting deeper than this is an attack, not a document. */
const maxDepth = 10_000;

/**
 * What part of a page its pictures cover, 0 to 1. Reading drops pictures before they are decoded, so
 * the list of operations does not name them. It shows where they were: a picture fills the unit
 * square of a space that is made for it, and here nothing is drawn in that space.
 *
 * @param view maps page space to the shown page
 */
export function pictureShare(
  list: OperatorList,
  ops: typeof OPS,
  view: Matrix,
  size: { width: number; height: number },
): number {
  const stack: Level[] = [];
  let level: Level = { ctm: view, empty: false };
  let covered = 0;
  const close = (): void => {
    if (level.empty) covered += areaOfUnit(level.ctm, size);
    level.empty = false;
  };
  const save = (): void => {
    if (stack.length < maxDepth) stack.push({ ...level });
    level.empty = false;
  };
  const restore = (): void => {
    close();
    level = stack.pop() ?? level;
    level.empty = false;
  };
  const transform = (value: unknown): void => {
    const matrix = toMatrix(value);
    if (matrix) level = { ctm: multiply(level.ctm, matrix), empty: true };
  };
  for (let i = 0; i < list.fnArray.length; i++) {
    const fn = list.fnArray[i];
    const value = list.argsArray[i];
    const args: readonly unknown[] = Array.isArray(value) ? value : [];
    switch (fn) {
      case ops.save:
        save();
        break;
      case ops.restore:
        restore();
        break;
      case ops.transform:
        transform(value);
        break;
      case ops.paintFormXObjectBegin:
        save();
        transform(args[0]);
        level.empty = false;
        break;
      case ops.paintFormXObjectEnd:
        restore();
        break;
      case ops.constructPath:
        // A path that is neither filled nor drawn limits what follows, often a picture.
        if (args[0] !== ops.endPath) level.empty = false;
        break;
      case ops.showText:
      case ops.shadingFill:
      case ops.rawFillPath:
        level.empty = false;
        break;
      default:
        break;
    }
  }
  close();
  return Math.min(1, covered / Math.max(1, size.width * size.height));
}

/** Square points of the page under the unit square, by the box around it. */
function areaOfUnit([a, b, c, d, e, f]: Matrix, size: { width: number; height: number }): number {
  const width = overlap(e + Math.min(0, a, c, a + c), e + Math.max(0, a, c, a + c), size.width);
  const height = overlap(f + Math.min(0, b, d, b + d), f + Math.max(0, b, d, b + d), size.height);
  return width * height;
}

function overlap(from: number, to: number, length: number): number {
  return Math.max(0, Math.min(to, length) - Math.max(from, 0));
}
