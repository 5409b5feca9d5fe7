import { createCanvas, loadImage } from "@napi-rs/canvas";
import { pointsPerPixel } from "../../../contract/pictures.ts";
import { grayFrom } from "./GrayImage.ts";
import type { DrawnPage } from "./renderPdfPage.ts";

/** A sheet of A4 at 300 dpi has about as many; more make no word clearer. */
const mostPixels = 9e6;
/** Pictures of a screen have letters too small for Tesseract; these are drawn larger. */
const fewPixels = 2.5e6;
const enlargement = 2;

/**
 * Decodes the bytes of a picture, upright as its camera held it, in gray on white.
 *
 * @throws Error where it is damaged or of another kind
 */
export async function decodePicture(bytes: Uint8Array): Promise<DrawnPage> {
  const picture = await loadImage(bytes);
  const pixels = Math.max(1, picture.width * picture.height);
  const scale = pixels < fewPixels ? enlargement : Math.min(1, Math.sqrt(mostPixels / pixels));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const image = grayFrom(data, width, height);
  canvas.width = 0;
  canvas.height = 0;
  const points = pointsPerPixel / scale;
  return { image, dpi: 72 / points, pointsPerPixel: points };
}
