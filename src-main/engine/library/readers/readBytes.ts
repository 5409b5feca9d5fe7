import { bytesToDetect, detectType } from "./detectType.ts";
import { readMarkdown } from "./markdown/readMarkdown.ts";
import { readPdf } from "./pdf/readPdf.ts";
import type { MediaType, PageSink, Reader, ReadOptions, ReadSummary } from "./Reader.ts";
import { readText } from "./text/readText.ts";

const readers: Record<MediaType, Reader> = {
  "application/pdf": readPdf,
  "text/markdown": readMarkdown,
  "text/plain": readText,
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
  const mediaType = detectType(bytes.subarray(0, bytesToDetect), fileName);
  return await readers[mediaType](bytes, onPage, options);
}
