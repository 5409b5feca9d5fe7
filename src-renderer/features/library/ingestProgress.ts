import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { formatDuration } from "../../lib/formatDuration.ts";
import type { Strings } from "../../lib/strings/index.ts";

export interface IngestProgress {
  readonly label: string;
  /** 0 to 1; null while the size of the work is unknown. */
  readonly fraction: number | null;
  readonly detail: string;
}

/** The stage of a document in words, with its rate and what is left. */
export function ingestProgress(row: DocumentRow, strings: Strings): IngestProgress {
  const { library, ui, locale } = strings;
  const ofPages = row.stage === "reading" || row.stage === "recognizing";
  const counted = ofPages || row.stage === "embedding";
  const known = counted && row.total > 0;
  const parts: string[] = [];
  if (known) {
    parts.push(library.progress(formatCount(row.done, locale), formatCount(row.total, locale)));
  }
  if (counted && row.rate > 0) {
    const rate = formatCount(Math.round(row.rate * 10) / 10, locale);
    parts.push(ofPages ? library.rate.pages(rate) : library.rate.passages(rate));
    const leftMs = ((row.total - row.done) / row.rate) * 1000;
    if (known && leftMs > 2000) parts.push(ui.progress.remaining(formatDuration(leftMs)));
  }
  return {
    label: library.stages[row.stage],
    fraction: known ? Math.min(1, row.done / row.total) : null,
    detail: parts.join(" · "),
  };
}
