export type SizeRange = "any" | "tiny" | "small" | "middle" | "large" | "huge";

interface Range {
  readonly minParameters: number | null;
  readonly maxParameters: number | null;
}

const billion = 1e9;

/** What the sizes that can be chosen mean, in parameters. */
export const sizeRanges: Readonly<Record<SizeRange, Range>> = {
  any: { minParameters: null, maxParameters: null },
  tiny: { minParameters: null, maxParameters: billion },
  small: { minParameters: billion, maxParameters: 4 * billion },
  middle: { minParameters: 4 * billion, maxParameters: 9 * billion },
  large: { minParameters: 9 * billion, maxParameters: 35 * billion },
  huge: { minParameters: 35 * billion, maxParameters: null },
};
