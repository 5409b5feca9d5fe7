import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import {
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type ClipboardEvent,
  type ReactNode,
  type Ref,
  type RefObject,
} from "react";
import type { Location, Rect } from "../../../src-main/contract/locations.ts";
import { useStrings } from "../../lib/strings/index.ts";
import type { FoundPlace, FoundPlaces } from "./findPlaces.ts";
import { layoutPages, scaleOf, type PageSize, type Rotation, type Zoom } from "./pageLayout.ts";
import { PdfPage } from "./PdfPage.tsx";
import { plainCopy } from "./selectionText.ts";
import { steadySelection } from "./steadySelection.ts";
import { usePageScroll, type PageTarget, type ReadingPlace } from "./usePageScroll.ts";
import styles from "./PdfPages.module.css";

/** What a pinch of one unit does to the size. */
const pinchPerPixel = 1 / 200;
/** How much of a window a step by windows goes. */
const windowStep = 0.9;

export interface PdfPagesHandle {
  goTo(target: PageTarget): void;
  /** Scrolls by a window's height. */
  stepWindow(by: 1 | -1): void;
  focus(): void;
}

export interface PdfPagesProps {
  readonly ref: Ref<PdfPagesHandle>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly pdf: PDFDocumentProxy;
  readonly sizes: readonly PageSize[];
  readonly measure: (first: number, last: number) => void;
  readonly location: Location | null;
  readonly zoom: Zoom;
  readonly rotation: Rotation;
  readonly places: FoundPlaces;
  readonly currentPlace: FoundPlace | null;
  /** Told what 100 % is multiplied with when it changes. */
  readonly onScale: (scale: number) => void;
  readonly onPlace: (place: ReadingPlace) => void;
  /** A pinch, or the wheel with Ctrl. */
  readonly onPinch: (factor: number) => void;
}

/** All pages under each other; only those near the window are there. */
export function PdfPages({
  ref,
  scroller,
  pdf,
  sizes,
  measure,
  location,
  zoom,
  rotation,
  places,
  currentPlace,
  onScale,
  onPlace,
  onPinch,
}: PdfPagesProps): ReactNode {
  const { viewer } = useStrings();
  const view = useInnerSize(scroller);
  const layout = useMemo(
    () =>
      view.width === 0 ? null : layoutPages(sizes, scaleOf(zoom, sizes, rotation, view), rotation),
    [sizes, zoom, rotation, view],
  );
  const scale = layout?.scale ?? 0;
  const target = useMemo(() => targetOf(location), [location]);
  const { near, goTo, hold } = usePageScroll(scroller, layout, target, onPlace);

  // To the citation when there is another one; the first is gone to with the first layout.
  const shown = useRef(location);
  useEffect(() => {
    if (shown.current === location) return;
    shown.current = location;
    if (location) goTo(target);
  }, [location, target, goTo]);

  useEffect(() => measure(near.first, near.last), [measure, near]);
  useEffect(() => {
    if (scale > 0) onScale(scale);
  }, [scale, onScale]);
  useEffect(() => (scroller.current ? steadySelection(scroller.current) : undefined), [scroller]);
  usePinch(scroller, hold, onPinch);

  useImperativeHandle(
    ref,
    () => ({
      goTo,
      stepWindow: (by) => {
        const height = scroller.current?.clientHeight ?? 0;
        scroller.current?.scrollBy({ top: by * windowStep * height });
      },
      focus: () => scroller.current?.focus({ preventScroll: true }),
    }),
    [scroller, goTo],
  );

  const byPage = useMemo(() => rectsByPage(location), [location]);
  const numbers: number[] = [];
  for (let page = near.first; page <= Math.min(near.last, sizes.length); page++) {
    numbers.push(page);
  }
  return (
    <div
      ref={scroller}
      className={styles["scroller"]}
      role="region"
      aria-label={viewer.pages}
      tabIndex={0}
      onCopy={copyPlain}
    >
      {layout && (
        <div className={styles["pages"]} style={{ width: layout.width, height: layout.height }}>
          {numbers.map((number) => {
            const size = sizes[number - 1];
            return (
              size && (
                <PdfPage
                  key={number}
                  pdf={pdf}
                  number={number}
                  size={size}
                  scale={layout.scale}
                  rotation={rotation}
                  top={layout.tops[number - 1] ?? 0}
                  rects={byPage.get(number) ?? noRects}
                  places={places.get(number)}
                  currentPlace={currentPlace?.part === number ? currentPlace.index : null}
                />
              )
            );
          })}
        </div>
      )}
    </div>
  );
}

const noRects: readonly Rect[] = [];

/** The cited words, by page: a sentence may begin on one and end on the next. */
function rectsByPage(location: Location | null): ReadonlyMap<number, readonly Rect[]> {
  const byPage = new Map<number, Rect[]>();
  if (location?.kind !== "page") return byPage;
  for (const rect of location.rects) {
    const own = byPage.get(rect.page);
    if (own) own.push(rect);
    else byPage.set(rect.page, [rect]);
  }
  return byPage;
}

/** Where a citation begins: its first word, which need not be its highest (columns). */
function targetOf(location: Location | null): PageTarget {
  if (location?.kind !== "page") return { page: 1 };
  const first = location.rects.find((rect) => rect.page === location.page);
  return { page: location.page, at: first && { x: first.x, y: first.y } };
}

function copyPlain(event: ClipboardEvent): void {
  const text = document.getSelection()?.toString() ?? "";
  if (text === "") return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", plainCopy(text));
}

function usePinch(
  scroller: RefObject<HTMLElement | null>,
  hold: (x: number, y: number) => void,
  onPinch: (factor: number) => void,
): void {
  useEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = view.getBoundingClientRect();
      hold(event.clientX - box.left, event.clientY - box.top);
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const delta = Math.max(-60, Math.min(60, event.deltaY * lines));
      onPinch(Math.exp(-delta * pinchPerPixel));
    };
    view.addEventListener("wheel", onWheel, { passive: false });
    return () => view.removeEventListener("wheel", onWheel);
  }, [scroller, hold, onPinch]);
}

/** The size of an element without its scroll bars; nothing until it is known. */
function useInnerSize(element: RefObject<HTMLElement | null>): PageSize {
  const [size, setSize] = useState<PageSize>({ width: 0, height: 0 });
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(() =>
      setSize((before) =>
        before.width === target.clientWidth && before.height === target.clientHeight
          ? before
          : { width: target.clientWidth, height: target.clientHeight },
      ),
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
