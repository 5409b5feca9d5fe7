import { createCanvas } from "@napi-rs/canvas";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { grayFrom, type GrayImage } from "./GrayImage.ts";

/** What Tesseract reads best in about the least time. */
const wantedDpi = 200;
/** A page is drawn with no more pixels than this, however large its paper. */
const mostPixels = 12e6;

/** A page as a picture. */
export interface DrawnPage {
  image: GrayImage;
  dpi: number;
  pointsPerPixel: number;
}

/**
 * Draws a page as it is shown, in gray on white.
 *
 * @throws Error where pdf.js cannot draw it
 */
export async function renderPdfPage(
  document: PDFDocumentProxy,
  number: number,
): Promise<DrawnPage> {
  const page = await document.getPage(number);
  try {
    const size = page.getViewport({ scale: 1 });
    const most = Math.sqrt(mostPixels / Math.max(1, size.width * size.height));
    const scale = Math.min(wantedDpi / 72, most);
    const viewport = page.getViewport({ scale });
    const width = Math.max(1, Math.floor(viewport.width));
    const height = Math.max(1, Math.floor(viewport.height));
    const canvas = createCanvas(width, height);
    const context = canvas.getContext("2d");
    // pdf.js takes this canvas for one of a page document; it uses no more of it than both have.
    await page.render({
      canvas: canvas as unknown as HTMLCanvasElement,
      canvasContext: context as unknown as CanvasRenderingContext2D,
      viewport,
      background: "white",
    }).promise;
    const { data } = context.getImageData(0, 0, width, height);
    const image = grayFrom(data, width, height);
    // Its pixels lie outside what is collected; a canvas without any gives them back at once.
    canvas.width = 0;
    canvas.height = 0;
    return { image, dpi: scale * 72, pointsPerPixel: 1 / scale };
  } finally {
    page.cleanup();
  }
}
