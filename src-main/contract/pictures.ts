/** Kinds of picture that Hearth takes as documents of one page. */
export const pictureTypes = [
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/gif",
  "image/bmp",
] as const;
export type PictureType = (typeof pictureTypes)[number];

/**
 * How large a pixel of a picture is on its page, in points: as if it had 150 pixels to the inch.
 * What a picture says of itself is not looked at, since it is often wrong and nothing hangs on it.
 */
export const pointsPerPixel = 72 / 150;

export function isPictureType(mediaType: string): mediaType is PictureType {
  return (pictureTypes as readonly string[]).includes(mediaType);
}
