import { isFiniteNumber, toMatrix, type Matrix } from "./matrix.ts";

/** What the text of a font needs: how tall it stands and how its glyph widths scale. */
export interface FontMetrics {
  /** Above and below the baseline in units of the font size; `descent` is negative. */
  ascent: number;
  descent: number;
  /** From glyph space to text space; widths are multiplied by its first number. */
  matrix: Matrix;
  vertical: boolean;
  /** Type 3 glyphs are little drawings, whose space has its own scale. */
  type3: boolean;
  bold: boolean;
  monospace: boolean;
}

const defaultAscent = 0.95;
const defaultDescent = -0.35;
const glyphSpace: Matrix = [0.001, 0, 0, 0.001, 0, 0];

/** Metrics of the standard fonts, from Adobe's published font metrics, by start of the name. */
const standardFonts: ReadonlyArray<readonly [RegExp, number, number]> = [
  [/^(helvetica|arial)/iu, 0.718, -0.207],
  [/^times.*bold/iu, 0.676, -0.205],
  [/^times/iu, 0.683, -0.217],
  [/^courier/iu, 0.629, -0.157],
  [/^symbol/iu, 1.01, -0.293],
  [/^zapf/iu, 0.82, -0.143],
];
const boldName = /bold|black|heavy|demi|medi\b|-medi|^cmb|cmbx|sfbx/iu;
const monospaceName = /mono|courier|cmtt|sftt|consol|typewriter/iu;

export const fallbackMetrics: FontMetrics = {
  ascent: defaultAscent,
  descent: defaultDescent,
  matrix: glyphSpace,
  vertical: false,
  type3: false,
  bold: false,
  monospace: false,
};

/** Reads pdf.js's font object, whose fields come from the file and may be anything. */
export function fontMetrics(font: unknown): FontMetrics {
  if (typeof font !== "object" || font === null) return fallbackMetrics;
  const get = (name: string): unknown => Reflect.get(font, name);
  const given = get("name");
  const name = typeof given === "string" ? given.replace(/^[A-Z]{6}\+/u, "") : "";
  const matrix = toMatrix(get("fontMatrix")) ?? glyphSpace;
  const type3 = get("isType3Font") === true;
  const { ascent, descent } = type3
    ? type3Extent(get("bbox"), matrix)
    : extent(get("ascent"), get("descent"), name, name === given || get("missingFile") === true);
  return {
    ascent,
    descent,
    matrix,
    type3,
    vertical: get("vertical") === true,
    bold: get("bold") === true || get("black") === true || boldName.test(name),
    monospace: get("isMonospace") === true || monospaceName.test(name),
  };
}

/**
 * Descriptors are often careless: signs the wrong way round, zero, or absurdly large. Such values
 * are set right or left out, as PDF viewers do.
 *
 * @param whole the name has no mark of a subset: a standard font of that name is not embedded.
 */
function extent(
  ascent: unknown,
  descent: unknown,
  name: string,
  whole: boolean,
): { ascent: number; descent: number } {
  const up = isFiniteNumber(ascent) ? Math.abs(ascent) : 0;
  const down = isFiniteNumber(descent) ? -Math.abs(descent) : 0;
  const upUsable = up > 0 && up < 3;
  const downUsable = down < 0 && down > -3;
  if (whole || !(upUsable && downUsable)) {
    const standard = standardFonts.find(([pattern]) => pattern.test(name));
    if (standard) return { ascent: standard[1], descent: standard[2] };
  }
  return {
    ascent: upUsable ? up : defaultAscent,
    descent: downUsable ? down : defaultDescent,
  };
}

function type3Extent(bbox: unknown, matrix: Matrix): { ascent: number; descent: number } {
  if (Array.isArray(bbox) || bbox instanceof Float32Array) {
    const top = Number(bbox[3]) * matrix[3];
    const bottom = Number(bbox[1]) * matrix[3];
    const up = Math.max(top, bottom);
    const down = Math.min(top, bottom);
    if (up > 0 && up < 3 && down > -3 && down <= 0) return { ascent: up, descent: down };
  }
  return { ascent: defaultAscent, descent: defaultDescent };
}
