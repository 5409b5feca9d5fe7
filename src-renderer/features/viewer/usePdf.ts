import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { useEffect, useRef, useState } from "react";
import { HearthError, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import { pdfPasswords } from "./pdfPasswords.ts";
import { needsPassword, openPdf, type OpenPdf } from "./pdfSource.ts";

/** The PDF of a document while it is shown, or why it cannot be. */
export function usePdf(documentId: DocumentId | null): {
  pdf: PDFDocumentProxy | null;
  error: ErrorData | null;
  /** Opens it with a password. Rejects where that is the wrong one. */
  unlock: (password: string) => Promise<void>;
} {
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const life = useRef<AbortSignal>(null);
  const show = (opened: OpenPdf, signal: AbortSignal): void => {
    if (signal.aborted) return;
    setPdf(opened.pdf);
    setError(null);
    opened.failed.catch((failure: unknown) => {
      if (!signal.aborted) setError(describe(failure));
    });
  };
  useEffect(() => {
    if (documentId === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    life.current = signal;
    setPdf(null);
    setError(null);
    openPdf(documentId, signal, pdfPasswords.get(documentId)).then(
      (opened) => show(opened, signal),
      (failure: unknown) => {
        if (!signal.aborted) setError(describe(failure));
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
    show(opened, signal);
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
