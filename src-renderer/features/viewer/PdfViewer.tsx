import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import type { Location } from "../../../src-main/contract/locations.ts";
import { describePlace } from "../../lib/describePlace.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { AskSelection } from "./AskSelection.tsx";
import { OcrNote } from "./OcrNote.tsx";
import { entryAt } from "./outline.ts";
import { registerDocumentFind } from "./openDocumentFind.ts";
import { OutlineTree } from "./OutlineTree.tsx";
import {
  clampScale,
  nextScale,
  pixelsPerPoint,
  turnOnce,
  type Rotation,
  type Zoom,
} from "./pageLayout.ts";
import { resolveDestination } from "./pdfOutline.ts";
import { PdfPages, type PdfPagesHandle } from "./PdfPages.tsx";
import { pdfFindSource, pointOfMatch } from "./pdfText.ts";
import { PdfThumbnails } from "./PdfThumbnails.tsx";
import { PdfToolbar } from "./PdfToolbar.tsx";
import { useDocumentFind, type DocumentFind } from "./useDocumentFind.ts";
import { usePageSizes } from "./usePageSizes.ts";
import { pageOfNode, type ReadingPlace } from "./usePageScroll.ts";
import { usePdfOutline } from "./usePdfOutline.ts";
import { useRoomBeside } from "./useRoomBeside.ts";
import { ViewerFindBar } from "./ViewerFindBar.tsx";
import { handleViewerKey } from "./viewerKeys.ts";
import { ViewerSidebar, type SidebarTab } from "./ViewerSidebar.tsx";
import styles from "./Viewer.module.css";

export interface PdfViewerProps {
  readonly pdf: PDFDocumentProxy;
  readonly location: Location | null;
  /** Which pages were read from their pictures, and which could not be read. */
  readonly recognition: Pick<DocumentRow, "recognized" | "unreadable">;
  readonly onAsk: (selected: string, place: string) => void;
  readonly onPin: (selected: string, place: Location) => void;
}

/** A PDF with all that one reads it by: pages, contents, small pictures, find, size and turn. */
export function PdfViewer({ pdf, location, recognition, onAsk, onPin }: PdfViewerProps): ReactNode {
  const strings = useStrings();
  const { viewer, library } = strings;
  const first = location?.kind === "page" ? location.page : 1;
  const { sizes, measure } = usePageSizes(pdf);
  const { outline, places: entryPlaces } = usePdfOutline(pdf);
  const [zoom, setZoom] = useState<Zoom>({ kind: "width", page: first });
  const [rotation, setRotation] = useState<Rotation>(0);
  const [scale, setScale] = useState(1);
  const [place, setPlace] = useState<ReadingPlace>({
    read: { page: first, fraction: 0 },
    top: { page: first, fraction: 0 },
  });
  const { page } = place.read;
  const [sidebar, setSidebar] = useState(false);
  const [tab, setTab] = useState<SidebarTab>("outline");
  const [finding, setFinding] = useState(false);
  const findInput = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const pages = useRef<PdfPagesHandle>(null);
  const source = useMemo(() => pdfFindSource(pdf), [pdf]);
  const find = useDocumentFind(source, finding, () => page);
  const over = !useRoomBeside(body);
  useReveal(pdf, find, pages);

  const onScale = useCallback((pixels: number) => setScale(pixels / pixelsPerPoint), []);
  const onPinch = useCallback(
    (factor: number) =>
      setZoom((now) => ({
        kind: "scale",
        scale: clampScale((now.kind === "scale" ? now.scale : scale) * factor),
      })),
    [scale],
  );
  const goTo = (to: number): void => pages.current?.goTo({ page: to });
  const zoomBy = (by: 1 | -1): void => setZoom({ kind: "scale", scale: nextScale(scale, by) });
  const zoomTo = (to: "width" | "page" | number): void =>
    setZoom(typeof to === "number" ? { kind: "scale", scale: to } : { kind: to, page: page });
  const rotate = (): void => setRotation(turnOnce);
  const openFind = (): void => {
    setFinding(true);
    // What is found must not lie under it.
    if (over) setSidebar(false);
    findInput.current?.focus();
    findInput.current?.select();
  };
  useEffect(() => registerDocumentFind(openFind));
  const closeFind = (): void => {
    setFinding(false);
    pages.current?.focus();
  };
  const leaveSidebar = (): void => {
    if (!over) return;
    setSidebar(false);
    pages.current?.focus();
  };
  const goToEntry = (id: number): void => {
    const go = async (): Promise<void> => {
      const found =
        entryPlaces.get(id) ?? (await resolveDestination(pdf, outline?.destinations.get(id)));
      if (found) pages.current?.goTo({ page: found.part, at: { x: 0, y: found.at }, toTop: true });
    };
    // A destination that leads nowhere is a fault of the file; the entry then does nothing.
    go().catch(() => {});
    leaveSidebar();
  };
  const placeOf = (node: Node): Location => ({
    kind: "page",
    page: pageOfNode(node) ?? page,
    rects: [],
  });
  const entries = outline?.entries ?? [];
  const { top } = place;
  const here = { part: top.page, at: top.fraction * (sizes?.[top.page - 1]?.height ?? 0) };

  return (
    <div
      className={styles["viewer"]}
      onKeyDown={(event) =>
        handleViewerKey(event, {
          findInDocument: openFind,
          zoomIn: () => zoomBy(1),
          zoomOut: () => zoomBy(-1),
          fitWidth: () => zoomTo("width"),
          rotate,
          pageDown: () => pages.current?.stepWindow(1),
          pageUp: () => pages.current?.stepWindow(-1),
          firstPage: () => goTo(1),
          lastPage: () => goTo(pdf.numPages),
        })
      }
    >
      <PdfToolbar
        page={page}
        pages={pdf.numPages}
        zoom={zoom}
        scale={scale}
        sidebar={sidebar}
        finding={finding}
        onPage={goTo}
        onZoomBy={zoomBy}
        onZoom={zoomTo}
        onRotate={rotate}
        onSidebar={() => setSidebar(!sidebar)}
        onFind={() => (finding ? closeFind() : openFind())}
      />
      <OcrNote row={recognition} page={page} />
      {finding && <ViewerFindBar find={find} input={findInput} onClose={closeFind} />}
      <div ref={body} className={styles["body"]}>
        {sidebar && sizes && (
          <ViewerSidebar
            over={over}
            tab={tab}
            onTab={setTab}
            onClose={leaveSidebar}
            outline={
              entries.length > 0 && (
                <OutlineTree
                  label={viewer.outline}
                  entries={entries}
                  current={entryAt(entries, entryPlaces, here)}
                  onGo={goToEntry}
                />
              )
            }
            thumbnails={
              <PdfThumbnails
                pdf={pdf}
                sizes={sizes}
                rotation={rotation}
                page={page}
                onStep={goTo}
                onGo={(to) => {
                  goTo(to);
                  leaveSidebar();
                }}
              />
            }
          />
        )}
        {sizes ? (
          <PdfPages
            ref={pages}
            scroller={scroller}
            pdf={pdf}
            sizes={sizes}
            measure={measure}
            location={location}
            zoom={zoom}
            rotation={rotation}
            places={find.places}
            currentPlace={find.current}
            onScale={onScale}
            onPlace={setPlace}
            onPinch={onPinch}
          />
        ) : (
          <div className={styles["message"]}>
            <Skeleton label={library.loading} />
          </div>
        )}
        {sizes && (
          <AskSelection
            view={scroller}
            onAsk={(selected, from) => onAsk(selected, describePlace(placeOf(from), strings))}
            onPin={(selected, from) => onPin(selected, placeOf(from))}
          />
        )}
      </div>
    </div>
  );
}

/** Brings the current place of what was found into sight, once. */
function useReveal(
  pdf: PDFDocumentProxy,
  find: DocumentFind,
  pages: { readonly current: PdfPagesHandle | null },
): void {
  const { current, places } = find;
  const revealed = useRef(current);
  useEffect(() => {
    if (!current || revealed.current === current) return;
    const own = places.get(current.part);
    const start = own?.[2 * current.index];
    const end = own?.[2 * current.index + 1];
    if (start === undefined || end === undefined) return;
    revealed.current = current;
    pointOfMatch(pdf, current.part, start, end).then(
      (at) => {
        if (revealed.current === current)
          pages.current?.goTo({ page: current.part, at, ifHidden: true });
      },
      () => {
        // The document is closed, or the page was readable only before.
      },
    );
  }, [pdf, current, places, pages]);
}
