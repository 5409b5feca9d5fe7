/** A colour as linear-light sRGB, each channel 0–1 before clipping, with its opacity 0–1. */
export interface LinearColor {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/**
 * Reads `oklch(L C H)` or `oklch(L C H / A)` with plain numbers. The matrices are those of Björn
 * Ottosson's definition of Oklab.
 *
 * @throws {Error} when the text has another form.
 */
export function parseOklch(text: string): LinearColor {
  const match = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/.exec(text.trim());
  if (!match) throw new Error(`Not a plain oklch() colour: ${text}`);
  const [lightness, chroma, hue] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return {
    red: 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    green: -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    blue: -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
    alpha: match[4] === undefined ? 1 : Number(match[4]),
  };
}

const clip = (channel: number): number => Math.min(1, Math.max(0, channel));
const toGamma = (c: number): number =>
  c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
const toLinear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);

/** `top` painted over an opaque `bottom`, mixed in gamma space as browsers do. */
export function paintOver(top: LinearColor, bottom: LinearColor): LinearColor {
  const mix = (above: number, below: number): number =>
    toLinear(toGamma(clip(above)) * top.alpha + toGamma(clip(below)) * (1 - top.alpha));
  return {
    red: mix(top.red, bottom.red),
    green: mix(top.green, bottom.green),
    blue: mix(top.blue, bottom.blue),
    alpha: 1,
  };
}

function luminance(color: LinearColor): number {
  return 0.2126 * clip(color.red) + 0.7152 * clip(color.green) + 0.0722 * clip(color.blue);
}

/** WCAG 2 contrast of two opaque colours, 1–21. */
export function contrast(one: LinearColor, other: LinearColor): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((x, y) => y - x) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}
