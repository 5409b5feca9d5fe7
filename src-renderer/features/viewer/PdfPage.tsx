import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { memo, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import type { Rect } from "../../../src-main/contract/locations.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { drawPage, releaseCanvas } from "./drawPage.ts";
import { turned, turnRect, type PageSize, type Rotation } from "./pageLayout.ts";
import { markPlaces, placeLayer, useTextLayer } from "./useTextLayer.ts";
import layerStyles from "./TextLayer.module.css";
import styles from "./PdfPages.module.css";

/** Before a page is drawn at first, and before it is drawn again in another size. */
const delaysMs = { first: 30, again: 140 } as const;
/** Around a lit word, in pixels. */
const litMargin = 1;

export interface PdfPageProps {
  readonly pdf: PDFDocumentProxy;
  readonly number: number;
  /** In points, as the file shows it. */
  readonly size: PageSize;
  readonly scale: number;
  readonly rotation: Rotation;
  /** Pixels from the top of all pages. */
  readonly top: number;
  /** What is lit, of this page. */
  readonly rects: readonly Rect[];
  /** Where something was found on it; see FoundPlaces. */
  readonly places: readonly number[] | undefined;
  /** Which of them is the current one. */
  readonly currentPlace: number | null;
}

/** One page: its picture, what is lit on it, and its words over it. */
export const PdfPage = memo(function PdfPage({
  pdf,
  number,
  size,
  scale,
  rotation,
  top,
  rects,
  places,
  currentPlace,
}: PdfPageProps): ReactNode {
  const { viewer } = useStrings();
  const picture = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const text = useTextLayer(layer, pdf, number);

  useEffect(() => {
    const host = picture.current;
    if (!host) return;
    for (const old of host.querySelectorAll("canvas")) {
      // Stretched in another size it serves for a moment; turned it does not.
      if (old.dataset["rotation"] !== String(rotation)) releaseCanvas(old);
    }
    const delayMs = host.firstChild ? delaysMs.again : delaysMs.first;
    return drawPage(
      { pdf, number, scale, rotation, delayMs, once: false },
      (canvas) => {
        canvas.dataset["drawn"] = "true";
        canvas.dataset["rotation"] = String(rotation);
        canvas.className = styles["canvas"] ?? "";
        canvas.setAttribute("aria-hidden", "true");
        for (const old of host.querySelectorAll("canvas")) releaseCanvas(old);
        host.append(canvas);
        setFailed(false);
      },
      () => setFailed(true),
    );
  }, [pdf, number, scale, rotation]);

  // What the page has cost is given back when it is out of sight.
  useEffect(() => {
    const host = picture.current;
    return () => {
      for (const canvas of host?.querySelectorAll("canvas") ?? []) releaseCanvas(canvas);
      pdf.getPage(number).then(
        (page) => page.cleanup(),
        () => {
          // It was never read, or the document is closed.
        },
      );
    };
  }, [pdf, number]);

  useLayoutEffect(() => {
    if (text && layer.current) placeLayer(layer.current, text, size, scale, rotation);
  }, [text, size, scale, rotation]);
  useEffect(() => {
    if (text && places) return markPlaces(text, places, currentPlace);
  }, [text, places, currentPlace]);

  const shown = turned(size, rotation);
  return (
    <div
      data-page={number}
      role="group"
      aria-label={viewer.pageLabel(number)}
      className={styles["page"]}
      style={{ top, width: shown.width * scale, height: shown.height * scale }}
    >
      <div ref={picture} className={styles["picture"]} />
      {rects.map((rect) => {
        const lit = turnRect(rect, size, rotation);
        return (
          <div
            key={`${rect.x}-${rect.y}`}
            data-highlight
            className={styles["highlight"]}
            style={{
              left: lit.x * scale - litMargin,
              top: lit.y * scale - litMargin,
              width: lit.width * scale + 2 * litMargin,
              height: lit.height * scale + 2 * litMargin,
            }}
          />
        );
      })}
      <div ref={layer} data-text-layer className={layerStyles["layer"]} />
      {failed && <p className={styles["failed"]}>{viewer.pageFailed(number)}</p>}
    </div>
  );
});
