import { TextLayer, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { useEffect, useState, type RefObject } from "react";
import { markFound } from "./findMarks.ts";
import { toPieces, type PieceRange } from "./findMatches.ts";
import { foldPieces, type TextPiece } from "./foldText.ts";
import type { PageSize, Rotation } from "./pageLayout.ts";
import { piecesOf, readTextContent } from "./pdfText.ts";

/** What a page's layer consists of: an element for each piece of its text. */
export interface LayerText {
  readonly pieces: readonly TextPiece[];
  readonly elements: readonly HTMLElement[];
  /** The turn that the file asks for, in degrees. */
  readonly ownRotation: number;
  readonly userUnit: number;
}

/** After the page's picture has begun: a page that only passes by needs no words. */
const delayMs = 60;

/** Puts a page's words into `host`. @returns them, when they are there */
export function useTextLayer(
  host: RefObject<HTMLElement | null>,
  pdf: PDFDocumentProxy,
  number: number,
): LayerText | null {
  const [text, setText] = useState<LayerText | null>(null);
  useEffect(() => {
    let stopped = false;
    let layer: TextLayer | undefined;
    const build = async (): Promise<void> => {
      const page = await pdf.getPage(number);
      const content = await readTextContent(page);
      const container = host.current;
      if (stopped || !container) return;
      container.replaceChildren();
      layer = new TextLayer({
        textContentSource: content,
        container,
        viewport: page.getViewport({ scale: 1 }),
      });
      await layer.render();
      if (stopped) return;
      const end = document.createElement("div");
      end.setAttribute("data-layer-end", "");
      container.append(end);
      setText({
        pieces: piecesOf(content),
        elements: layer.textDivs,
        ownRotation: page.rotate,
        userUnit: page.userUnit,
      });
    };
    const timer = setTimeout(() => {
      build().catch(() => {
        // Cancelled, or a page without readable text: its picture can still be looked at.
        host.current?.replaceChildren();
      });
    }, delayMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
      layer?.cancel();
      setText(null);
    };
  }, [host, pdf, number]);
  return text;
}

/** Lays the words over the picture, as large and turned as it is. @param size as the file shows it */
export function placeLayer(
  layer: HTMLElement,
  text: LayerText,
  size: PageSize,
  scale: number,
  rotation: Rotation,
): void {
  const upright = text.ownRotation % 180 === 0;
  layer.style.setProperty("--total-scale-factor", String(scale * text.userUnit));
  layer.style.width = `${(upright ? size.width : size.height) * scale}px`;
  layer.style.height = `${(upright ? size.height : size.width) * scale}px`;
  layer.dataset["mainRotation"] = String((text.ownRotation + rotation) % 360);
}

/** Colours the places of a page where something was found. @returns how to take it away */
export function markPlaces(
  { pieces, elements }: LayerText,
  places: readonly number[],
  current: number | null,
): () => void {
  const folded = foldPieces(pieces);
  const ranges: Range[] = [];
  let currentRange: Range | null = null;
  for (let at = 0; at < places.length; at += 2) {
    const range = rangeOf(elements, toPieces(folded, places[at] ?? 0, places[at + 1] ?? 0));
    if (!range) continue;
    if (at / 2 === current) currentRange = range;
    else ranges.push(range);
  }
  return markFound(ranges, currentRange);
}

function rangeOf(elements: readonly HTMLElement[], found: PieceRange): Range | null {
  const from = elements[found.fromPiece]?.firstChild;
  const to = elements[found.toPiece]?.firstChild;
  if (!from || !to) return null;
  const range = document.createRange();
  range.setStart(from, Math.min(found.fromOffset, from.textContent?.length ?? 0));
  range.setEnd(to, Math.min(found.toOffset, to.textContent?.length ?? 0));
  return range;
}
