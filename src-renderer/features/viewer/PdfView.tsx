import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from "react";
import type { Location, Rect } from "../../../src-main/contract/locations.ts";
import { useStrings } from "../../lib/strings/index.ts";
import styles from "./PdfView.module.css";

/** PDF points are 1/72 inch, CSS pixels 1/96. */
const pixelsPerPoint = 96 / 72;
/** Pages within this many window heights are drawn. */
const drawMargin = "100%";
const highlightMargin = 80;

export interface PdfViewProps {
  readonly pdf: PDFDocumentProxy;
  readonly location: Location | null;
  /** 1 is 100 %; null fits the width. */
  readonly zoom: number | null;
  readonly onPage: (page: number) => void;
  /** Set to go to a page; the count makes the same page twice a wish of its own. */
  readonly wanted: { page: number; count: number } | null;
}

interface PageSize {
  width: number;
  height: number;
}

/** All pages under each other; only those near the window are drawn. */
export function PdfView({ pdf, location, zoom, onPage, wanted }: PdfViewProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const placed = useRef<{ pdf: PDFDocumentProxy; location: Location | null; scale: number }>(null);
  const [sizes, setSizes] = useState<readonly PageSize[] | null>(null);
  const width = useWidth(scroller);
  useEffect(() => {
    let current = true;
    void readSizes(pdf).then((read) => {
      if (current) setSizes(read);
    });
    return () => {
      current = false;
    };
  }, [pdf]);
  const widest = Math.max(1, ...(sizes ?? []).map((size) => size.width));
  const scale = zoom === null ? Math.max(0.1, (width - 32) / widest) : zoom * pixelsPerPoint;
  const rects = location?.kind === "page" ? location.rects : noRects;
  const target = location?.kind === "page" ? location.page : null;

  // To the citation once, when the pages have their places; a later change of size keeps the place.
  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view || !sizes || width === 0) return;
    const before = placed.current;
    placed.current = { pdf, location, scale };
    if (before?.pdf === pdf && before.location === location) {
      view.scrollTop *= scale / before.scale;
      return;
    }
    const page = view.querySelector<HTMLElement>(`[data-page="${target}"]`);
    if (!page) return;
    const top = Math.min(...rects.filter((rect) => rect.page === target).map((rect) => rect.y));
    const inside = Number.isFinite(top) ? top * scale - highlightMargin : 0;
    view.scrollTop = page.offsetTop + inside;
  }, [pdf, location, sizes, target, rects, scale, width]);

  useEffect(() => {
    if (!wanted) return;
    const page = scroller.current?.querySelector<HTMLElement>(`[data-page="${wanted.page}"]`);
    page?.scrollIntoView({ block: "start" });
  }, [wanted]);

  useEffect(() => {
    const view = scroller.current;
    if (!view || !sizes) return;
    const onScroll = (): void => {
      const middle = view.scrollTop + view.clientHeight / 3;
      const pages = [...view.querySelectorAll<HTMLElement>("[data-page]")];
      const at = pages.findLastIndex((page) => page.offsetTop <= middle);
      onPage(Math.max(1, at + 1));
    };
    onScroll();
    view.addEventListener("scroll", onScroll, { passive: true });
    return () => view.removeEventListener("scroll", onScroll);
  }, [sizes, scale, onPage]);

  return (
    <div ref={scroller} className={styles["scroller"]} tabIndex={0}>
      {sizes?.map((size, at) => (
        <PdfPage
          // oxlint-disable-next-line react/no-array-index-key -- a page is its number
          key={at}
          pdf={pdf}
          number={at + 1}
          size={size}
          scale={scale}
          rects={rects}
          scroller={scroller}
        />
      ))}
    </div>
  );
}

const noRects: readonly Rect[] = [];

function PdfPage({
  pdf,
  number,
  size,
  scale,
  rects,
  scroller,
}: {
  pdf: PDFDocumentProxy;
  number: number;
  size: PageSize;
  scale: number;
  rects: readonly Rect[];
  scroller: RefObject<HTMLElement | null>;
}): ReactNode {
  const { library } = useStrings();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      ([entry]) => setNear(entry?.isIntersecting ?? false),
      { root: scroller.current, rootMargin: drawMargin },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  useEffect(() => {
    const target = canvas.current;
    if (!near || !target) return;
    return drawPage(pdf, number, scale, target);
  }, [near, pdf, number, scale]);
  const own = rects.filter((rect) => rect.page === number);
  return (
    <div
      ref={frame}
      data-page={number}
      role="img"
      aria-label={library.pageLabel(number)}
      className={styles["page"]}
      style={{ width: size.width * scale, height: size.height * scale }}
    >
      {near && <canvas ref={canvas} className={styles["canvas"]} />}
      {own.map((rect) => (
        <div
          key={`${rect.x}-${rect.y}`}
          data-highlight
          className={styles["highlight"]}
          style={{
            left: rect.x * scale - 1,
            top: rect.y * scale - 1,
            width: rect.width * scale + 2,
            height: rect.height * scale + 2,
          }}
        />
      ))}
    </div>
  );
}

/** Draws a page at the screen's own resolution. @returns how to stop */
function drawPage(
  pdf: PDFDocumentProxy,
  number: number,
  scale: number,
  canvas: HTMLCanvasElement,
): () => void {
  let cancelled = false;
  let task: ReturnType<PDFPageProxy["render"]> | undefined;
  void (async () => {
    const page = await pdf.getPage(number);
    if (cancelled) return;
    const viewport = page.getViewport({ scale: scale * (window.devicePixelRatio || 1) });
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    task = page.render({ canvas, viewport });
    await task.promise;
    canvas.dataset["drawn"] = "true";
  })().catch(() => {
    // Cancelled, or a page that cannot be drawn: its place stays white, the others are not touched.
    canvas.dataset["drawn"] = "failed";
  });
  return () => {
    cancelled = true;
    task?.cancel();
  };
}

async function readSizes(pdf: PDFDocumentProxy): Promise<PageSize[]> {
  const first = await pdf.getPage(1);
  const { width, height } = first.getViewport({ scale: 1 });
  const sizes: PageSize[] = [{ width, height }];
  for (let number = 2; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const viewport = page.getViewport({ scale: 1 });
    sizes.push({ width: viewport.width, height: viewport.height });
  }
  return sizes;
}

function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(() => setWidth(target.clientWidth));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
