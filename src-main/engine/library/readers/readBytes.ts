import { readCode } from "./code/readCode.ts";
import { readCsv } from "./csv/readCsv.ts";
import { detectType } from "./detectType.ts";
import { readDocx } from "./docx/readDocx.ts";
import { readEpub } from "./epub/readEpub.ts";
import { readHtml } from "./html/readHtml.ts";
import { readEml, readMbox } from "./mail/readMail.ts";
import { readMarkdown } from "./markdown/readMarkdown.ts";
import { readOdp, readOds, readOdt } from "./odf/readOdf.ts";
import { readPdf } from "./pdf/readPdf.ts";
import { readPicture } from "./picture/readPicture.ts";
import { readPptx } from "./pptx/readPptx.ts";
import type { MediaType, PageSink, Reader, ReadOptions, ReadSummary } from "./Reader.ts";
import { readText } from "./text/readText.ts";
import { readXlsx } from "./xlsx/readXlsx.ts";

const readers: Record<MediaType, Reader> = {
  "application/pdf": readPdf,
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": readDocx,
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": readPptx,
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": readXlsx,
  "application/vnd.oasis.opendocument.text": readOdt,
  "application/vnd.oasis.opendocument.presentation": readOdp,
  "application/vnd.oasis.opendocument.spreadsheet": readOds,
  "application/epub+zip": readEpub,
  "application/mbox": readMbox,
  "message/rfc822": readEml,
  "text/csv": readCsv,
  "text/html": readHtml,
  "text/markdown": readMarkdown,
  "text/plain": readText,
  "text/x-code": readCode,
  "image/png": readPicture("image/png"),
  "image/jpeg": readPicture("image/jpeg"),
  "image/webp": readPicture("image/webp"),
  "image/gif": readPicture("image/gif"),
  "image/bmp": readPicture("image/bmp"),
};

/**
 * Reads a file's bytes in this thread, with the reader for its kind. The bytes are taken over. Use
 * `readFile` for files of unknown origin: it reads in a thread that may die.
 *
 * @throws HearthError as {@link Reader} tells.
 */
export async function readBytes(
  bytes: Uint8Array<ArrayBuffer>,
  fileName: string,
  onPage: PageSink,
  options: ReadOptions = {},
): Promise<ReadSummary> {
  const mediaType = detectType(bytes, fileName);
  return await readers[mediaType](bytes, onPage, options);
}
