/** A picture in shades of gray, row by row from the top, a byte a pixel: 0 black, 255 white. */
export interface GrayImage {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** How often a picture is turned by 90° clockwise. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/** From red, green, blue and opacity, as a canvas gives them; what is clear counts as white. */
export function grayFrom(
  rgba: Uint8ClampedArray | Uint8Array,
  width: number,
  height: number,
): GrayImage {
  const pixels = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < pixels.length; i++, at += 4) {
    const shade =
      ((rgba[at] ?? 0) * 77 + (rgba[at + 1] ?? 0) * 150 + (rgba[at + 2] ?? 0) * 29) >> 8;
    const opacity = rgba[at + 3] ?? 255;
    pixels[i] = opacity === 255 ? shade : 255 - (((255 - shade) * opacity) >> 8);
  }
  return { width, height, pixels };
}

export function turned(image: GrayImage, turns: QuarterTurns): GrayImage {
  if (turns === 0) return image;
  const { width, height, pixels } = image;
  const result = new Uint8Array(pixels.length);
  // Where the first pixel goes, and how far from it those to its right and below it.
  const [first, right, below] = (
    {
      1: [height - 1, height, -1],
      2: [pixels.length - 1, -1, -width],
      3: [(width - 1) * height, -height, 1],
    } as const
  )[turns];
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = first + y * below; x < width; x++, to += right) {
      result[to] = pixels[from++] ?? 255;
    }
  }
  return turns === 2
    ? { width, height, pixels: result }
    : { width: height, height: width, pixels: result };
}

/** Whether there is nothing to see: all pixels have about the same shade. */
export function isPlain({ pixels }: GrayImage): boolean {
  let darkest = 255;
  let lightest = 0;
  for (const pixel of pixels) {
    if (pixel < darkest) darkest = pixel;
    if (pixel > lightest) lightest = pixel;
    if (lightest - darkest > 24) return false;
  }
  return true;
}

/** As a portable graymap (PGM), which Tesseract reads without decoding. */
export function toPgm({ width, height, pixels }: GrayImage): Uint8Array {
  const head = Buffer.from(`P5\n${width} ${height}\n255\n`, "latin1");
  const bytes = new Uint8Array(head.length + pixels.length);
  bytes.set(head);
  bytes.set(pixels, head.length);
  return bytes;
}
