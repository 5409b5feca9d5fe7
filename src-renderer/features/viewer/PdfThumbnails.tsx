import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import {
  memo,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import { useStrings } from "../../lib/strings/index.ts";
import { drawPage, releaseCanvas } from "./drawPage.ts";
import { turned, type PageSize, type Rotation } from "./pageLayout.ts";
import styles from "./PdfThumbnails.module.css";

/** The picture's box and the height of a row with its number; pixels, as in the style sheet. */
const box = { width: 112, height: 144 };
const rowHeight = 184;
/** Rows above and below the window that are there too; focus moves to them. */
const spare = 2;
/** Pages that only pass by are not drawn. */
const delayMs = 120;

/** Small pictures of all pages. Only those in the window are there and drawn. */
export function PdfThumbnails({
  pdf,
  sizes,
  rotation,
  page,
  onGo,
  onStep,
}: {
  readonly pdf: PDFDocumentProxy;
  readonly sizes: readonly PageSize[];
  readonly rotation: Rotation;
  /** The page that is read. */
  readonly page: number;
  /** One was chosen. */
  readonly onGo: (page: number) => void;
  /** The arrow keys go through them. */
  readonly onStep: (page: number) => void;
}): ReactNode {
  const { viewer } = useStrings();
  const list = useRef<HTMLUListElement>(null);
  const focusNext = useRef<number | null>(null);
  const [rows, setRows] = useState({ first: 1, last: 0 });

  useLayoutEffect(() => {
    const view = list.current?.parentElement;
    if (!view) return;
    const look = (): void => {
      const first = Math.max(1, Math.floor(view.scrollTop / rowHeight) + 1 - spare);
      const last = Math.min(
        sizes.length,
        Math.ceil((view.scrollTop + view.clientHeight) / rowHeight) + spare,
      );
      setRows((before) =>
        before.first === first && before.last === last ? before : { first, last },
      );
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(view);
    view.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      view.removeEventListener("scroll", look);
    };
  }, [sizes.length]);

  useLayoutEffect(() => {
    if (list.current?.parentElement) bringIntoSight(list.current.parentElement, page);
  }, [page]);

  useLayoutEffect(() => {
    if (focusNext.current === null) return;
    const button = list.current?.querySelector<HTMLElement>(`[data-thumb="${focusNext.current}"]`);
    if (!button) return;
    focusNext.current = null;
    button.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moves: Record<string, number> = {
      ArrowDown: page + 1,
      ArrowUp: page - 1,
      Home: 1,
      End: sizes.length,
    };
    const wanted = moves[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const to = Math.min(sizes.length, Math.max(1, wanted));
    focusNext.current = to;
    onStep(to);
  };
  const numbers: number[] = [];
  for (let number = rows.first; number <= rows.last; number++) numbers.push(number);
  return (
    <ul
      ref={list}
      aria-label={viewer.thumbnails}
      className={styles["list"]}
      style={{ height: sizes.length * rowHeight }}
      onKeyDown={onKeyDown}
    >
      {numbers.map((number) => {
        const size = sizes[number - 1];
        return (
          size && (
            <li key={number} className={styles["row"]} style={{ top: (number - 1) * rowHeight }}>
              <button
                type="button"
                data-thumb={number}
                tabIndex={number === page ? 0 : -1}
                aria-current={number === page ? "page" : undefined}
                aria-label={viewer.pageLabel(number)}
                className={styles["button"]}
                onClick={() => onGo(number)}
              >
                <Thumbnail pdf={pdf} number={number} size={size} rotation={rotation} />
                <span className={styles["number"]}>{number}</span>
              </button>
            </li>
          )
        );
      })}
    </ul>
  );
}

function bringIntoSight(view: HTMLElement, page: number): void {
  const top = (page - 1) * rowHeight;
  if (top < view.scrollTop) view.scrollTop = top;
  else if (top + rowHeight > view.scrollTop + view.clientHeight) {
    view.scrollTop = top + rowHeight - view.clientHeight;
  }
}

const Thumbnail = memo(function Thumbnail({
  pdf,
  number,
  size,
  rotation,
}: {
  readonly pdf: PDFDocumentProxy;
  readonly number: number;
  readonly size: PageSize;
  readonly rotation: Rotation;
}): ReactNode {
  const host = useRef<HTMLSpanElement>(null);
  const shown = turned(size, rotation);
  const scale = Math.min(box.width / shown.width, box.height / shown.height);
  useEffect(() => {
    const frame = host.current;
    if (!frame) return;
    const stop = drawPage(
      { pdf, number, scale, rotation, delayMs, once: true },
      (canvas) => {
        canvas.className = styles["canvas"] ?? "";
        canvas.dataset["drawn"] = "true";
        frame.replaceChildren(canvas);
      },
      () => frame.setAttribute("data-failed", ""),
    );
    return () => {
      stop();
      for (const canvas of frame.querySelectorAll("canvas")) releaseCanvas(canvas);
    };
  }, [pdf, number, scale, rotation]);
  return (
    <span
      ref={host}
      className={styles["picture"]}
      style={{ width: shown.width * scale, height: shown.height * scale }}
    />
  );
});
