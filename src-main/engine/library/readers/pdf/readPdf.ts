import { cancelledError, HearthError } from "../../../../contract/errors.ts";
import { allocateWords } from "../packedWords.ts";
import type { PageSink, ReadOptions, ReadPage, ReadSummary } from "../Reader.ts";
import { contentOf, pageQuality } from "../textQuality.ts";
import { collectWords } from "./collectWords.ts";
import { composePage } from "./composePage.ts";
import { fallbackMetrics, fontMetrics, type FontMetrics } from "./fontMetrics.ts";
import { FontSizes } from "./groupBlocks.ts";
import { OutlineLevels } from "./OutlineLevels.ts";
import { pictureShare } from "./pictureShare.ts";
import { readOutline } from "./readOutline.ts";
import { toMatrix, identity } from "./matrix.ts";
import { damagedPdf, openPdf, type OpenPdf } from "./openPdf.ts";

const defaultMaxPages = 20_000;
/** Fonts of so many pages are kept before pdf.js is asked to let go of what it can build again. */
const pagesBetweenCleanups = 500;

/**
 * Reads a PDF page by page: running text in reading order and the rectangle of each word, from the
 * advances of its glyphs. A page that is damaged on its own is handed over as `unreadable`.
 */
export async function readPdf(
  bytes: Uint8Array<ArrayBuffer>,
  onPage: PageSink,
  options: ReadOptions,
): Promise<ReadSummary> {
  const open = await openPdf(bytes, options);
  try {
    const pageCount = open.document.numPages;
    const maxPages = options.maxPages ?? defaultMaxPages;
    if (pageCount > maxPages) {
      throw new HearthError({
        code: "file-too-large",
        title: "This PDF has too many pages.",
        cause: `It has ${pageCount} pages; Hearth reads up to ${maxPages} in one file.`,
        suggestion: "Split it into smaller files and add those.",
      });
    }
    const title = await readTitle(open);
    const reader = new PageReader(open, new OutlineLevels(await readOutline(open.document)));
    const counts = { text: 0, images: 0, glyphs: 0, blank: 0, unreadable: 0 };
    for (let number = 1; number <= pageCount; number++) {
      if (options.signal?.aborted) throw cancelledError();
      const page = await reader.read(number);
      counts[page.content]++;
      await onPage(page, pageCount);
      if (number % pagesBetweenCleanups === 0) {
        // It refuses while it still holds a page; what stays now is freed with the document.
        await open.document.cleanup().catch(() => undefined);
      }
    }
    const isOfUse =
      counts.text > 0 || (options.pictures === true && counts.images + counts.glyphs > 0);
    if (!isOfUse) throw nothingToRead(pageCount, counts);
    return {
      mediaType: "application/pdf",
      ...(title === null ? {} : { title }),
      pageCount,
      paged: true,
    };
  } finally {
    await open.dispose();
  }
}

class PageReader {
  readonly #open: OpenPdf;
  readonly #sizes = new FontSizes();
  readonly #outline: OutlineLevels;

  constructor(open: OpenPdf, outline: OutlineLevels) {
    this.#open = open;
    this.#outline = outline;
  }

  async read(number: number): Promise<ReadPage> {
    const { document, pdfjs } = this.#open;
    let size = { width: 0, height: 0 };
    try {
      const page = await document.getPage(number);
      try {
        const view = page.getViewport({ scale: 1 });
        size = { width: view.width, height: view.height };
        const list = await page.getOperatorList();
        const fonts = new Map<string, FontMetrics>();
        const fontOf = (name: string): FontMetrics => {
          let metrics = fonts.get(name);
          if (!metrics) {
            metrics = page.commonObjs.has(name)
              ? fontMetrics(page.commonObjs.get(name))
              : fallbackMetrics;
            fonts.set(name, metrics);
          }
          return metrics;
        };
        const transform = toMatrix(view.transform) ?? identity;
        const { words, unknownShare } = collectWords(list, pdfjs.OPS, transform, size, fontOf);
        const composed = composePage(words, this.#sizes);
        const blocks = this.#outline.apply(number, composed.text, composed.blocks);
        const drawn = list.fnArray.length > 0;
        const signs = { text: composed.text, drawn, unknownShare };
        const content = contentOf(signs);
        const quality = pageQuality({
          ...signs,
          pictures: pictureShare(list, pdfjs.OPS, transform, size),
        });
        return { number, ...size, ...composed, blocks, firstLine: 0, content, quality };
      } finally {
        page.cleanup();
      }
    } catch (error) {
      // One bad page does not spoil the others; that none can be read is told at the end.
      if (error instanceof HearthError || !(error instanceof Error)) throw error;
      return {
        number,
        ...size,
        text: "",
        words: allocateWords(0),
        blocks: [],
        firstLine: 0,
        content: "unreadable",
      };
    }
  }
}

async function readTitle(open: OpenPdf): Promise<string | null> {
  try {
    const { info } = await open.document.getMetadata();
    const title: unknown = Reflect.get(info, "Title");
    const text = typeof title === "string" ? title.toWellFormed().replace(/\s+/gu, " ").trim() : "";
    // Programs often put the name of the source file here, which is not a title.
    if (
      text === "" ||
      /^(untitled|microsoft word|.*\.(docx?|tex|dvi|indd|qxd|html?|odt|fodt))\b/iu.test(text)
    )
      return null;
    return text.slice(0, 300);
  } catch {
    // A damaged title is no reason to refuse the text.
    return null;
  }
}

/** Why a PDF that was read to its end holds nothing to search. */
function nothingToRead(
  pageCount: number,
  counts: { images: number; glyphs: number; blank: number; unreadable: number },
): HearthError {
  if (counts.glyphs > 0) {
    return new HearthError({
      code: "file-empty",
      title: "No readable text found.",
      cause: "Its fonts do not tell which letters they draw.",
      suggestion: "Choose a language for scanned pages in Settings and try again.",
    });
  }
  if (counts.unreadable > 0 && counts.images === 0) {
    return damagedPdf(new Error(`None of ${pageCount} pages could be read.`));
  }
  const pages = (count: number): string => (count === 1 ? "1 page is" : `${count} pages are`);
  if (counts.images === 0) {
    return new HearthError({
      code: "file-empty",
      title: "No text found.",
      cause: pageCount === 0 ? "The PDF has no pages." : `${pages(counts.blank)} blank.`,
      suggestion: "Check that this is the right file.",
    });
  }
  return new HearthError({
    code: "file-empty",
    title: "No text found.",
    cause: `${pages(counts.images)} ${counts.images === 1 ? "an image or a drawing" : "images or drawings"}, such as a scan, without text in it.`,
    suggestion: "Choose a language for scanned pages in Settings and try again.",
  });
}
