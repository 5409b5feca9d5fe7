import { HearthError } from "../../../contract/errors.ts";
import { countPages, toPageRanges, type PageRange } from "../../../contract/pageRanges.ts";
import { isPictureType } from "../../../contract/pictures.ts";
import { damagedPicture } from "../readers/picture/readPicture.ts";
import type { PageSink, ReadPage, ReadSummary } from "../readers/Reader.ts";
import { readFile, type ReadFileOptions } from "../readers/readFile.ts";
import { leastQuality } from "../readers/textQuality.ts";
import { asItIs, choosePage, type ChosenPage } from "./choosePage.ts";
import type { Recognizer } from "./Recognizer.ts";

export interface ReadWithOcrOptions extends ReadFileOptions {
  recognizer: Recognizer;
  signal: AbortSignal;
  /** Told when the first page turns out to need recognition. */
  onRecognizing?: ((pageCount: number) => void) | undefined;
}

export interface OcrSummary extends ReadSummary {
  /** Pages whose text was recognised from their picture. */
  recognized: PageRange[];
  /** Pages that show something of which no text could be made. */
  unreadable: PageRange[];
}

/** Pages that may wait for those before them, for each thread that recognises. */
const pagesAhead = 4;

/**
 * Reads a file as `readFile` does, and recognises the text of those pages whose own text is missing
 * or worthless. Pages come in order. One that cannot be recognised keeps what it had.
 *
 * @throws HearthError as `readFile`; `file-empty` or `file-damaged` where no page holds text;
 *   `unavailable` where text recognition cannot start
 */
export async function readWithOcr(
  path: string,
  onPage: PageSink,
  options: ReadWithOcrOptions,
): Promise<OcrSummary> {
  const { recognizer, onRecognizing, password } = options;
  const isOn = await recognizer.isOn();
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const kept = new KeptPages();
  const pending: Promise<ChosenPage>[] = [];
  let pageCount = 0;
  let recognizing = false;

  const recognize = async (page: ReadPage): Promise<ChosenPage> => {
    try {
      return choosePage(
        page,
        await recognizer.recognize({ path, password, page: page.number }, signal),
      );
    } catch (error) {
      // What Hearth itself throws is of the whole work; the rest is of this page alone.
      if (error instanceof HearthError) throw error;
      return { ...asItIs(page), reason: error };
    }
  };
  const handOver = async (mostPending: number): Promise<void> => {
    while (pending.length > mostPending) {
      const chosen = await pending.shift();
      if (!chosen) return;
      kept.note(chosen);
      await onPage(chosen.page, pageCount);
    }
  };

  try {
    const summary = await readFile(
      path,
      async (page, count) => {
        pageCount = count;
        const { quality = 1 } = page;
        if (!isOn || quality >= leastQuality) {
          pending.push(Promise.resolve(asItIs(page)));
        } else {
          if (!recognizing) onRecognizing?.(count);
          recognizing = true;
          const work = recognize(page);
          // Awaited in its turn.
          work.catch(() => undefined);
          pending.push(work);
        }
        await handOver(recognizing ? recognizer.threads * pagesAhead : 0);
      },
      { ...options, signal, pictures: isOn },
    );
    await handOver(0);
    return { ...summary, ...kept.summary(summary) };
  } finally {
    ended.abort();
    await Promise.allSettled(pending);
  }
}

/** What became of the pages of a document. */
class KeptPages {
  readonly #numbers = { own: 0, empty: 0 };
  readonly #recognized: number[] = [];
  readonly #unreadable: number[] = [];
  #reason: unknown;

  note({ page, kind, reason }: ChosenPage): void {
    if (kind === "recognized") this.#recognized.push(page.number);
    else if (kind === "unreadable") this.#unreadable.push(page.number);
    else this.#numbers[kind]++;
    this.#reason ??= reason;
  }

  /** @throws HearthError where there is nothing to search */
  summary({ mediaType }: ReadSummary): Pick<OcrSummary, "recognized" | "unreadable"> {
    const recognized = toPageRanges(this.#recognized);
    const unreadable = toPageRanges(this.#unreadable);
    if (this.#numbers.own > 0 || recognized.length > 0) return { recognized, unreadable };
    if (isPictureType(mediaType) && this.#reason !== undefined) {
      throw damagedPicture("It could not be decoded.", this.#reason);
    }
    throw noReadableText(countPages(unreadable), this.#reason);
  }
}

function noReadableText(unreadable: number, reason: unknown): HearthError {
  const pages = unreadable === 1 ? "1 page shows" : `${unreadable} pages show`;
  return new HearthError(
    {
      code: "file-empty",
      title: "No readable text found.",
      cause:
        unreadable === 0
          ? "It shows pictures or drawings without words in them."
          : `${pages} something that text recognition (OCR) cannot read.`,
      suggestion:
        "If it holds text, scan it again larger or with more contrast, or choose its language in Settings, and try again.",
    },
    { cause: reason },
  );
}
