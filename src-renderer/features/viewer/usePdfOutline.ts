import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { useEffect, useState } from "react";
import type { EntryPlace } from "./outline.ts";
import { emptyOutline, readOutline, resolveDestination, type PdfOutline } from "./pdfOutline.ts";

/** Places are handed on in lots of this many, while the rest are still looked up. */
const lot = 50;

/** A PDF's own table of contents; `places` fills as they are looked up. Null while it is read. */
export function usePdfOutline(pdf: PDFDocumentProxy): {
  outline: PdfOutline | null;
  places: ReadonlyMap<number, EntryPlace>;
} {
  const [outline, setOutline] = useState<PdfOutline | null>(null);
  const [places, setPlaces] = useState<ReadonlyMap<number, EntryPlace>>(new Map());
  useEffect(() => {
    let stopped = false;
    setOutline(null);
    setPlaces(new Map());
    const read = async (): Promise<void> => {
      // A damaged table of contents is none.
      const found = await readOutline(pdf).catch(() => emptyOutline);
      if (stopped) return;
      setOutline(found);
      const known = new Map<number, EntryPlace>();
      for (const [id, destination] of found.destinations) {
        const place = await resolveDestination(pdf, destination).catch(() => null);
        if (stopped) return;
        if (place) known.set(id, place);
        if (id % lot === lot - 1) setPlaces(new Map(known));
      }
      setPlaces(known);
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [pdf]);
  return { outline, places };
}
