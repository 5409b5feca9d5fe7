import { maxSliceBytes } from "../../../src-main/contract/documents.ts";
import { toErrorData } from "../../../src-main/contract/errors.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import {
  getDocument,
  PasswordException,
  PDFDataRangeTransport,
  PDFWorker,
  TextLayer,
  type PDFDocumentLoadingTask,
  type PDFDocumentProxy,
} from "pdfjs-dist/legacy/build/pdf.mjs";
import { call } from "../../api/engine.ts";

/** Bytes that are fetched first; most of what the first page needs is in them or at the end. */
const firstBytes = 256 * 1024;
/** Images beyond this are left out rather than filling the memory: 4 bytes each. */
const mostImagePixels = 128 * 1024 * 1024;

/** A worker that does not end by itself is ended after this. */
const farewellMs = 1000;

/**
 * Opens a PDF of the library. Its bytes come from the engine, as they are needed. Each document has
 * a worker of its own, so that one whose pages never end holds no other up, and closing it gives
 * back all of its memory.
 *
 * @param signal closes it, opened or not
 * @throws PasswordException where it is encrypted and the password is missing or wrong
 */
export async function openPdf(
  documentId: DocumentId,
  signal: AbortSignal,
  password?: string,
): Promise<OpenPdf> {
  const thread = new Worker(new URL("./pdfWorker.ts", import.meta.url), { type: "module" });
  const worker = PDFWorker.create({ port: thread });
  let task: PDFDocumentLoadingTask | undefined;
  let transport: EngineRange | undefined;
  const close = (): void => {
    transport?.abort();
    const farewell = new Promise((resolve) => setTimeout(resolve, farewellMs));
    // What it was doing when it was closed is of no interest any more.
    const destroyed = task?.destroy().catch(() => {});
    void Promise.race([destroyed, farewell]).then(() => {
      worker.destroy();
      thread.terminate();
      TextLayer.cleanup();
    });
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    const head = await call(
      "documents.read",
      { documentId, offset: 0, length: firstBytes },
      { signal },
    );
    transport = new EngineRange(documentId, head.totalBytes, fromBase64(head.base64), signal);
    const assets = new URL("pdfjs/", document.baseURI).href;
    task = getDocument({
      worker,
      range: transport,
      ...(password === undefined ? {} : { password }),
      rangeChunkSize: 64 * 1024,
      disableAutoFetch: true,
      disableStream: true,
      cMapUrl: `${assets}cmaps/`,
      cMapPacked: true,
      standardFontDataUrl: `${assets}standard_fonts/`,
      wasmUrl: `${assets}wasm/`,
      iccUrl: `${assets}iccs/`,
      useWorkerFetch: false,
      enableXfa: false,
      maxImageSize: mostImagePixels,
    });
    const broken = new Promise<never>((_, reject) => {
      thread.addEventListener("error", (event) => reject(new Error(event.message)));
    });
    const failed = Promise.race([transport.failed, broken]);
    failed.catch(() => {});
    return { pdf: await Promise.race([task.promise, failed]), failed };
  } catch (error) {
    signal.removeEventListener("abort", close);
    close();
    throw error;
  }
}

export interface OpenPdf {
  readonly pdf: PDFDocumentProxy;
  /** Rejects when its bytes can no longer be read; never resolves. */
  readonly failed: Promise<never>;
}

export function needsPassword(error: unknown): boolean {
  return error instanceof PasswordException;
}

class EngineRange extends PDFDataRangeTransport {
  readonly failed: Promise<never>;
  readonly #documentId: DocumentId;
  readonly #signal: AbortSignal;
  readonly #fail: (error: unknown) => void;

  constructor(documentId: DocumentId, totalBytes: number, head: Uint8Array, signal: AbortSignal) {
    super(totalBytes, head);
    this.#documentId = documentId;
    this.#signal = signal;
    const failed = Promise.withResolvers<never>();
    this.failed = failed.promise;
    this.#fail = failed.reject;
    // Nobody may be waiting any more; the caller's own signal tells them.
    failed.promise.catch(() => {});
  }

  override requestDataRange(begin: number, end: number): void {
    this.#read(begin, end).then(
      (bytes) => this.onDataRange(begin, bytes),
      (error: unknown) => this.#fail(new Error(toErrorData(error).title, { cause: error })),
    );
  }

  async #read(begin: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - begin);
    for (let at = begin; at < end; at += maxSliceBytes) {
      const length = Math.min(maxSliceBytes, end - at);
      const slice = await call(
        "documents.read",
        { documentId: this.#documentId, offset: at, length },
        { signal: this.#signal },
      );
      bytes.set(fromBase64(slice.base64), at - begin);
    }
    return bytes;
  }
}

export function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
