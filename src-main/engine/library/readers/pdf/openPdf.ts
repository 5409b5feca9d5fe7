import type { PDFDocumentProxy } from "pdfjs-dist";
import { HearthError } from "../../../../contract/errors.ts";
import { pdfjsAssets } from "./pdfjsAssets.ts";

type Pdfjs = typeof import("pdfjs-dist");

let loading: Promise<Pdfjs> | null = null;

/** pdf.js, loaded once per thread, working in this thread without a worker of its own. */
export function loadPdfjs(): Promise<Pdfjs> {
  loading ??= (async () => {
    // pdf.js looks here before it imports its worker by a path that bundling would break.
    const worker = await import("pdfjs-dist/legacy/build/pdf.worker.mjs");
    Reflect.set(globalThis, "pdfjsWorker", worker);
    // With a font loader in place pdf.js hands fonts over as they are; without one it draws the
    // outline of every glyph, which costs more than all of the reading.
    if (!("FontFace" in globalThis)) Reflect.set(globalThis, "FontFace", InertFontFace);
    return await import("pdfjs-dist/legacy/build/pdf.mjs");
  })();
  return loading;
}

class InertFontFace {
  readonly loaded = Promise.resolve();
}

export interface OpenPdf {
  document: PDFDocumentProxy;
  pdfjs: Pdfjs;
  /** Gives the memory back. The document cannot be used afterwards. */
  dispose: () => Promise<void>;
}

export interface OpenPdfOptions {
  password?: string | undefined;
  pdfjsDir?: string | undefined;
}

/**
 * Opens a PDF for reading text: no image is decoded, no font drawn, nothing fetched. The bytes are
 * taken over and cannot be used by the caller any more.
 *
 * @throws HearthError file-encrypted, file-damaged.
 */
export async function openPdf(
  bytes: Uint8Array<ArrayBuffer>,
  options: OpenPdfOptions,
): Promise<OpenPdf> {
  return await open(bytes, options, {
    disableFontFace: false,
    fontExtraProperties: true,
    useWasm: false,
    // Drops every image before it is decoded: only text is wanted, and decoders are where hostile
    // files do their harm.
    maxImageSize: 0,
    // The font loader only ever adds and removes the inert faces from above. The type asks for a
    // whole page document, of which nothing else is used.
    ownerDocument: fontHolder as unknown as HTMLDocument,
  });
}

/** Larger pictures in a PDF are not drawn, in pixels. A sheet of A2 at 600 dpi has as many. */
const mostPicturePixels = 140e6;

/**
 * Opens a PDF for drawing its pages, glyphs as outlines. Nothing is fetched either.
 *
 * @throws HearthError file-encrypted, file-damaged.
 */
export async function openPdfToDraw(
  bytes: Uint8Array<ArrayBuffer>,
  options: OpenPdfOptions,
): Promise<OpenPdf> {
  return await open(bytes, options, {
    disableFontFace: true,
    useWasm: true,
    maxImageSize: mostPicturePixels,
  });
}

async function open(
  bytes: Uint8Array<ArrayBuffer>,
  options: OpenPdfOptions,
  parameters: Parameters<Pdfjs["getDocument"]>[0] & object,
): Promise<OpenPdf> {
  const pdfjs = await loadPdfjs();
  const task = pdfjs.getDocument({
    data: bytes,
    ...(options.password === undefined ? {} : { password: options.password }),
    ...pdfjsAssets(options.pdfjsDir),
    verbosity: pdfjs.VerbosityLevel.ERRORS,
    useSystemFonts: false,
    useWorkerFetch: false,
    enableXfa: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    ...parameters,
  });
  try {
    return { document: await task.promise, pdfjs, dispose: () => task.destroy() };
  } catch (error) {
    await task.destroy();
    throw openError(error, options.password !== undefined);
  }
}

const fontHolder = { fonts: { add: noop, delete: noop } };

function noop(): void {}

function openError(error: unknown, hadPassword: boolean): HearthError {
  if (error instanceof Error && error.name === "PasswordException") {
    return hadPassword
      ? new HearthError(
          {
            code: "file-encrypted",
            title: "The password does not open this PDF.",
            cause: "The file is encrypted, and the password given is not its password.",
            suggestion: "Check the password, capitals included, and try again.",
          },
          { cause: error },
        )
      : new HearthError(
          {
            code: "file-encrypted",
            title: "This PDF needs a password.",
            cause: "The file is encrypted, so its text cannot be read without one.",
            suggestion: "Enter the password, or save a copy without one and add that.",
          },
          { cause: error },
        );
  }
  return damagedPdf(error);
}

export function damagedPdf(error: unknown): HearthError {
  return new HearthError(
    {
      code: "file-damaged",
      title: "This PDF is damaged.",
      cause: "Its structure is broken and could not be repaired, or part of it is missing.",
      suggestion: "Open it in a PDF viewer and save it again, or fetch it again from its source.",
    },
    { cause: error },
  );
}
