import type { Locator } from "@playwright/test";
import { pdfWords, type PdfWord } from "./pdfWords.ts";

/**
 * The words of a page of a PDF, and those of them that rectangles drawn over a sheet cover.
 *
 * @param sheet what shows that page; its rectangles lie in one frame that is as wide as the page
 */
export async function litWords(
  sheet: Locator,
  file: string,
  number: number,
): Promise<{ words: PdfWord[]; lit: PdfWord[] }> {
  const boxes = await sheet.locator("[data-highlight]").evaluateAll((elements) =>
    elements.map((element) => {
      const frame = element.parentElement?.getBoundingClientRect();
      const box = element.getBoundingClientRect();
      const scale = 1 / (frame?.width ?? 1);
      return {
        left: (box.left - (frame?.left ?? 0)) * scale,
        right: (box.right - (frame?.left ?? 0)) * scale,
        top: (box.top - (frame?.top ?? 0)) * scale,
        bottom: (box.bottom - (frame?.top ?? 0)) * scale,
      };
    }),
  );
  const { width, words } = await pdfWords(file, number);
  const lit = words.filter((word) => {
    const x = (word.x + word.width / 2) / width;
    const y = (word.y + word.height / 2) / width;
    return boxes.some((box) => x > box.left && x < box.right && y > box.top && y < box.bottom);
  });
  return { words, lit };
}
