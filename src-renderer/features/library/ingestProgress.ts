import type { DocumentRow, IngestOverview } from "../../../src-main/contract/documents.ts";
import { describeRemaining } from "../../lib/describeTransfer.ts";
import { formatCount } from "../../lib/formatCount.ts";
import type { Strings } from "../../lib/strings/index.ts";

export interface IngestProgress {
  readonly label: string;
  /** 0 to 1; null while the size of the work is unknown. */
  readonly fraction: number | null;
  readonly detail: string;
}

/** How long the stage of a document still takes, in milliseconds; 0 while that is not known. */
export function rowLeftMs({ status, stage, done, total, rate }: DocumentRow): number {
  const counted = stage === "reading" || stage === "recognizing" || stage === "embedding";
  if (status !== "working" || !counted || rate <= 0 || total <= 0) return 0;
  return ((total - done) / rate) * 1000;
}

/** The stage of a document in words, with its rate and what is left. */
export function ingestProgress(row: DocumentRow, strings: Strings): IngestProgress {
  const { library, locale } = strings;
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
    const leftMs = rowLeftMs(row);
    if (leftMs > 2000) parts.push(describeRemaining(leftMs, strings));
  }
  return {
    label: library.stages[row.stage],
    fraction: known ? Math.min(1, row.done / row.total) : null,
    detail: parts.join(" · "),
  };
}

/**
 * All work on documents in words: how many, how fast, how long still.
 *
 * @param longestMs what the slowest document alone still takes: all together never take less
 */
export function describeOverview(
  overview: IngestOverview | null,
  paused: boolean,
  strings: Strings,
  longestMs = 0,
): IngestProgress {
  const { locale } = strings;
  const { work } = strings.library;
  if (!overview) return { label: work.nothingPaused, fraction: 0, detail: "" };
  const { done, total, perMinute, secondsLeft } = overview;
  const counted = work.count(formatCount(done, locale), formatCount(total, locale));
  const parts: string[] = [];
  if (!paused) {
    if (done > 0) {
      const digits = perMinute < 10 ? 1 : 0;
      parts.push(work.perMinute(formatCount(Number(perMinute.toFixed(digits)), locale)));
    }
    if (secondsLeft !== null) {
      parts.push(describeRemaining(Math.max(secondsLeft * 1000, longestMs), strings));
    }
  }
  return {
    label: paused ? work.paused(counted) : counted,
    fraction: total > 0 ? done / total : null,
    detail: parts.join(" · "),
  };
}
