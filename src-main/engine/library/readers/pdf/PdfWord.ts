/**
 * The way text runs on the shown page: 0 to the right, 1 downwards, 2 to the left (upside down),
 * 3 upwards. Other angles count as the nearest of these.
 */
export type Turn = 0 | 1 | 2 | 3;

/** A run of glyphs without a gap, in one size on one baseline. */
export interface PdfWord {
  text: string;
  /** Bounding box on the shown page, in points, y downwards. */
  left: number;
  top: number;
  right: number;
  bottom: number;
  turn: Turn;
  /**
   * In the word's own frame, turned so that its text runs to the right: `from` and `to` along the
   * line, `base` the height of the baseline, growing from line to line.
   */
  from: number;
  to: number;
  base: number;
  /** Font size in points as shown. */
  size: number;
  bold: boolean;
  monospace: boolean;
  /** Whether white space was written before it. A gap on the page is found by place alone. */
  spaced: boolean;
}

/** Maps a point of the shown page into the frame of a turn: [along the line, across lines]. */
export function toFrame(turn: Turn, x: number, y: number): [along: number, across: number] {
  if (turn === 0) return [x, y];
  if (turn === 1) return [y, -x];
  return turn === 2 ? [-x, -y] : [-y, x];
}
