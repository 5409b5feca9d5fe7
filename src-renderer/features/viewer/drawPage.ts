import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { Rotation } from "./pageLayout.ts";

/** Beyond this a page is drawn coarser and stretched; 4 bytes each. */
const mostPixels = 16 * 1024 * 1024;

export interface DrawOptions {
  readonly pdf: PDFDocumentProxy;
  readonly number: number;
  /** CSS pixels per point. */
  readonly scale: number;
  readonly rotation: Rotation;
  /** Before it begins, so that what only passes by is never drawn. */
  readonly delayMs: number;
  /** Forgets the page's images and drawing steps when it is drawn. */
  readonly once: boolean;
}

/**
 * Draws a page at the screen's own resolution on a canvas of its own.
 *
 * @param onDrawn gets the canvas when all is on it
 * @param onFailed is told that this page cannot be drawn
 * @returns how to stop; afterwards neither is called
 */
export function drawPage(
  { pdf, number, scale, rotation, delayMs, once }: DrawOptions,
  onDrawn: (canvas: HTMLCanvasElement) => void,
  onFailed: () => void,
): () => void {
  let cancelled = false;
  let task: ReturnType<PDFPageProxy["render"]> | undefined;
  const canvas = document.createElement("canvas");
  const draw = async (): Promise<void> => {
    try {
      const page = await pdf.getPage(number);
      if (cancelled) return;
      const turn = (page.rotate + rotation) % 360;
      const wanted = page.getViewport({
        scale: scale * (window.devicePixelRatio || 1),
        rotation: turn,
      });
      const pixels = wanted.width * wanted.height;
      const viewport =
        pixels <= mostPixels
          ? wanted
          : wanted.clone({ scale: wanted.scale * Math.sqrt(mostPixels / pixels) });
      canvas.width = Math.max(1, Math.floor(viewport.width));
      canvas.height = Math.max(1, Math.floor(viewport.height));
      task = page.render({ canvas, viewport });
      await task.promise;
      if (once) page.cleanup();
      if (!cancelled) onDrawn(canvas);
    } catch {
      // Cancelled, or a page that cannot be drawn; the others are not touched by it.
      if (!cancelled) onFailed();
    }
  };
  const timer = setTimeout(() => void draw(), delayMs);
  return () => {
    cancelled = true;
    clearTimeout(timer);
    task?.cancel();
  };
}

/** Gives a canvas's memory back at once. */
export function releaseCanvas(canvas: HTMLCanvasElement): void {
  canvas.remove();
  canvas.width = 0;
  canvas.height = 0;
}
