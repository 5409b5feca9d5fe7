import { useEffect, useState } from "react";
import { maxSliceBytes } from "../../../src-main/contract/documents.ts";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import { call } from "../../api/engine.ts";
import { fromBase64 } from "./pdfSource.ts";

export interface Picture {
  /** For an image element, while the panel shows it. */
  readonly url: string | null;
  readonly error: ErrorData | null;
}

/** The bytes of a picture of the library, as something that can be shown. */
export function usePicture(documentId: DocumentId, mediaType: string): Picture {
  const [picture, setPicture] = useState<Picture>({ url: null, error: null });
  useEffect(() => {
    const controller = new AbortController();
    let url: string | null = null;
    setPicture({ url, error: null });
    readAll(documentId, controller.signal).then(
      (parts) => {
        if (controller.signal.aborted) return;
        url = URL.createObjectURL(new Blob(parts, { type: mediaType }));
        setPicture({ url, error: null });
      },
      (failure: unknown) => {
        if (!controller.signal.aborted) setPicture({ url: null, error: toErrorData(failure) });
      },
    );
    return () => {
      controller.abort();
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [documentId, mediaType]);
  return picture;
}

async function readAll(
  documentId: DocumentId,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = 0, total = 1; offset < total;) {
    const slice = await call(
      "documents.read",
      { documentId, offset, length: maxSliceBytes },
      { signal },
    );
    const bytes = fromBase64(slice.base64);
    // A file that became shorter meanwhile has no more.
    if (bytes.length === 0) break;
    parts.push(bytes);
    offset += bytes.length;
    total = slice.totalBytes;
  }
  return parts;
}
