import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { useCallback, useEffect, useRef, useState } from "react";
import type { PageSize } from "./pageLayout.ts";

/** So many pages are measured at once; of longer documents those that come near. */
const measuredAhead = 200;
/** A file may claim any number of pages. */
const mostPages = 50_000;
/** New sizes are shown this often while pages are measured. */
const showMs = 150;

const usual: PageSize = { width: 595, height: 842 };

/**
 * The size of every page; what is not measured yet counts as large as the first one. Null until that
 * is known.
 */
export function usePageSizes(pdf: PDFDocumentProxy): {
  sizes: readonly PageSize[] | null;
  /** Measures pages that come near. */
  measure: (first: number, last: number) => void;
} {
  const [sizes, setSizes] = useState<readonly PageSize[] | null>(null);
  const measurer = useRef<Measurer>(null);
  useEffect(() => {
    const own = new Measurer(pdf, setSizes);
    measurer.current = own;
    setSizes(null);
    own.measure(1, Math.min(measuredAhead, pdf.numPages));
    return () => own.stop();
  }, [pdf]);
  const measure = useCallback((first: number, last: number) => {
    measurer.current?.measure(first, last);
  }, []);
  return { sizes, measure };
}

class Measurer {
  readonly #pdf: PDFDocumentProxy;
  readonly #show: (sizes: readonly PageSize[]) => void;
  readonly #asked = new Set<number>();
  readonly #waiting: number[] = [];
  #sizes: PageSize[] = [];
  #running = false;
  #stopped = false;

  constructor(pdf: PDFDocumentProxy, show: (sizes: readonly PageSize[]) => void) {
    this.#pdf = pdf;
    this.#show = show;
  }

  measure(first: number, last: number): void {
    const near: number[] = [];
    for (let page = first; page <= Math.min(last, this.#pdf.numPages, mostPages); page++) {
      if (this.#asked.has(page)) continue;
      this.#asked.add(page);
      near.push(page);
    }
    // What was asked for last is in sight.
    this.#waiting.unshift(...near);
    if (!this.#running && !this.#stopped) void this.#run();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    this.#running = true;
    let shown = performance.now();
    let news = false;
    for (let page = this.#waiting.shift(); page !== undefined; page = this.#waiting.shift()) {
      const size = await this.#sizeOf(page);
      if (this.#stopped) return;
      if (this.#sizes.length === 0) {
        this.#sizes = Array.from({ length: Math.min(this.#pdf.numPages, mostPages) }, () => size);
        this.#show([...this.#sizes]);
        continue;
      }
      const before = this.#sizes[page - 1];
      if (before?.width === size.width && before.height === size.height) continue;
      this.#sizes[page - 1] = size;
      news = true;
      if (performance.now() - shown < showMs) continue;
      shown = performance.now();
      news = false;
      this.#show([...this.#sizes]);
    }
    this.#running = false;
    if (news) this.#show([...this.#sizes]);
  }

  async #sizeOf(page: number): Promise<PageSize> {
    try {
      const { width, height } = (await this.#pdf.getPage(page)).getViewport({ scale: 1 });
      return width > 0 && height > 0 ? { width, height } : usual;
    } catch {
      // A page that cannot be read has its place all the same; drawing it will say so.
      return this.#sizes[0] ?? usual;
    }
  }
}
