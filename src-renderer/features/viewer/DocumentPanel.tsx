import { ChevronDown, ChevronUp, Minus, MoveHorizontal, Plus } from "lucide-react";
import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { HearthError, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import type { Location } from "../../../src-main/contract/locations.ts";
import { isPictureType } from "../../../src-main/contract/pictures.ts";
import { documentList, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { PasswordDialog } from "../library/PasswordDialog.tsx";
import { ImagePanel } from "./ImagePanel.tsx";
import { OcrNote } from "./OcrNote.tsx";
import { pdfPasswords } from "./pdfPasswords.ts";
import { PdfView } from "./PdfView.tsx";
import { needsPassword, openPdf } from "./pdfSource.ts";
import { TextView } from "./TextView.tsx";
import styles from "./DocumentPanel.module.css";

const zoomStep = 1.2;
const zoomRange = [0.25, 5] as const;

export interface DocumentPanelProps {
  readonly documentId: DocumentId;
  readonly location: Location | null;
  readonly quote: string;
  readonly onClose: () => void;
}

/** A document beside the chat, open at the cited place. */
export function DocumentPanel(props: DocumentPanelProps): ReactNode {
  const { documentId, location, quote, onClose } = props;
  const { library } = useStrings();
  const row = useMirror(documentList, (state) =>
    state.documents.find((candidate) => candidate.id === documentId),
  );
  const isPdf = row?.mediaType === "application/pdf";
  const { pdf, error, unlock } = usePdf(isPdf ? documentId : null);
  const [unlocking, setUnlocking] = useState(false);
  const [zoom, setZoom] = useState<number | null>(null);
  const [page, setPage] = useState(1);
  const [wanted, setWanted] = useState<{ page: number; count: number } | null>(null);
  const onPage = useCallback((now: number) => setPage(now), []);
  const goTo = (to: number): void => {
    const last = pdf?.numPages ?? 1;
    setWanted((before) => ({
      page: Math.min(Math.max(1, to), last),
      count: (before?.count ?? 0) + 1,
    }));
  };
  const scaleBy = (factor: number): void =>
    setZoom((now) => Math.min(zoomRange[1], Math.max(zoomRange[0], (now ?? 1) * factor)));
  if (row && isPictureType(row.mediaType)) {
    return <ImagePanel row={row} location={location} onClose={onClose} />;
  }
  return (
    <PanelFrame
      label={library.viewer}
      title={row?.name ?? library.viewer}
      titleHint={row?.path}
      closeLabel={library.closeViewer}
      onClose={onClose}
      actions={
        pdf && (
          <>
            <span className={styles["pages"]}>
              {library.pageOf(String(page), String(pdf.numPages))}
            </span>
            <IconButton
              icon={ChevronUp}
              label={library.previousPage}
              disabled={page <= 1}
              onClick={() => goTo(page - 1)}
            />
            <IconButton
              icon={ChevronDown}
              label={library.nextPage}
              disabled={page >= pdf.numPages}
              onClick={() => goTo(page + 1)}
            />
            <IconButton
              icon={Minus}
              label={library.zoomOut}
              onClick={() => scaleBy(1 / zoomStep)}
            />
            <IconButton icon={Plus} label={library.zoomIn} onClick={() => scaleBy(zoomStep)} />
            <IconButton
              icon={MoveHorizontal}
              label={library.fitWidth}
              pressed={zoom === null}
              onClick={() => setZoom(null)}
            />
          </>
        )
      }
    >
      {error && (
        <div className={styles["message"]}>
          <InlineError
            error={error}
            actions={
              error.code === "file-encrypted" && (
                <Button onClick={() => setUnlocking(true)}>{library.enterPassword}</Button>
              )
            }
          />
        </div>
      )}
      {unlocking && (
        <PasswordDialog name={row?.name ?? ""} onTry={unlock} onClose={() => setUnlocking(false)} />
      )}
      {isPdf && !pdf && !error && (
        <div className={styles["message"]}>
          <Skeleton label={library.loading} />
        </div>
      )}
      {row && pdf && <OcrNote row={row} page={page} />}
      {pdf && <PdfView pdf={pdf} location={location} zoom={zoom} onPage={onPage} wanted={wanted} />}
      {row && !isPdf && <TextView documentId={documentId} location={location} quote={quote} />}
    </PanelFrame>
  );
}

function usePdf(documentId: DocumentId | null): {
  pdf: PDFDocumentProxy | null;
  error: ErrorData | null;
  /** Opens it with a password. Rejects where that is the wrong one. */
  unlock: (password: string) => Promise<void>;
} {
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const life = useRef<AbortSignal>(null);
  useEffect(() => {
    if (documentId === null) return;
    const controller = new AbortController();
    life.current = controller.signal;
    setPdf(null);
    setError(null);
    openPdf(documentId, controller.signal, pdfPasswords.get(documentId)).then(
      (opened) => setPdf(opened.pdf),
      (failure: unknown) => {
        if (!controller.signal.aborted) setError(describe(failure));
      },
    );
    return () => controller.abort();
  }, [documentId]);
  const unlock = async (password: string): Promise<void> => {
    const signal = life.current;
    if (documentId === null || signal === null) return;
    const opened = await openPdf(documentId, signal, password).catch((failure: unknown) => {
      throw HearthError.fromData(describe(failure));
    });
    pdfPasswords.set(documentId, password);
    setPdf(opened.pdf);
    setError(null);
  };
  return { pdf, error, unlock };
}

function describe(failure: unknown): ErrorData {
  if (failure instanceof HearthError) return failure.toData();
  if (failure instanceof Error && failure.cause instanceof HearthError) {
    return failure.cause.toData();
  }
  if (needsPassword(failure)) {
    return {
      code: "file-encrypted",
      title: "This PDF is locked.",
      cause: "It opens only with a password.",
      suggestion: "Enter it to see the pages.",
    };
  }
  return {
    ...toErrorData(failure),
    code: "file-damaged",
    title: "This PDF cannot be shown.",
    suggestion: "The text that Hearth read from it can still be searched.",
  };
}
