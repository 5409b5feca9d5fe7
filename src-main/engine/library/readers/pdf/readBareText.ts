import { cancelledError } from "../../../../contract/errors.ts";
import type { ReadOptions, ReadSummary } from "../Reader.ts";
import { openPdf } from "./openPdf.ts";

/**
 * The parser's text content of each page, thrown away: the least that reading a PDF can take. For
 * measuring alone.
 *
 * @throws HearthError file-encrypted, file-damaged, cancelled
 */
export async function readBareText(
  bytes: Uint8Array<ArrayBuffer>,
  options: ReadOptions,
): Promise<ReadSummary> {
  const { document, dispose } = await openPdf(bytes, options);
  try {
    for (let number = 1; number <= document.numPages; number++) {
      if (options.signal?.aborted) throw cancelledError();
      const page = await document.getPage(number);
      await page.getTextContent();
      page.cleanup();
    }
    return { mediaType: "application/pdf", pageCount: document.numPages, paged: true };
  } finally {
    await dispose();
  }
}
