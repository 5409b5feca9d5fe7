import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { TextContent, TextItem } from "pdfjs-dist/types/src/display/api.d.ts";
import type { FindSource } from "./findPlaces.ts";
import { foldPieces, type TextPiece } from "./foldText.ts";
import { toPieces } from "./findMatches.ts";

/**
 * The text of a page as its text layer has it: one piece for each of its elements, in their order,
 * with the letters that the file has (ligatures as such).
 */
export async function readTextContent(page: PDFPageProxy): Promise<TextContent> {
  return await page.getTextContent({ includeMarkedContent: false, disableNormalization: true });
}

export function piecesOf({ items }: TextContent): TextPiece[] {
  return textItems(items).map(({ str, hasEOL }) => ({ text: str, endsLine: hasEOL }));
}

export function pdfFindSource(pdf: PDFDocumentProxy): FindSource {
  return {
    count: pdf.numPages,
    pieces: async (number) => {
      const page = await pdf.getPage(number);
      return piecesOf(await readTextContent(page));
    },
  };
}

/** Where on its page the found text begins, in points from the upper left of the page as shown. */
export async function pointOfMatch(
  pdf: PDFDocumentProxy,
  number: number,
  start: number,
  end: number,
): Promise<{ x: number; y: number }> {
  const page = await pdf.getPage(number);
  const content = await readTextContent(page);
  const { fromPiece, fromOffset } = toPieces(foldPieces(piecesOf(content)), start, end);
  const item = textItems(content.items)[fromPiece];
  if (!item) return { x: 0, y: 0 };
  const along = item.str.length === 0 ? 0 : fromOffset / item.str.length;
  const [a = 1, b = 0, , , left = 0, base = 0] = item.transform.map(Number);
  const length = Math.hypot(a, b) || 1;
  const [x = 0, y = 0] = page
    .getViewport({ scale: 1 })
    .convertToViewportPoint(
      left + (a / length) * item.width * along,
      base + (b / length) * item.width * along,
    )
    .map(Number);
  return { x, y: y - item.height };
}

function textItems(items: TextContent["items"]): TextItem[] {
  return items.filter((item) => "str" in item);
}
