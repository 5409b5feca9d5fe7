import { formatBytes } from "./formatBytes.ts";
import { formatDuration } from "./formatDuration.ts";
import { formatRate } from "./formatRate.ts";
import { getStrings, type Strings } from "./strings/index.ts";

export interface Transfer {
  readonly doneBytes: number;
  /** Absent while the size is not known. */
  readonly totalBytes?: number | undefined;
  /** Absent until it has been measured. */
  readonly bytesPerSecond?: number | undefined;
}

/** How far a download or copy is, in one line: "1.2 GB of 4.7 GB · 12 MB/s · about 6 min left". */
export function describeTransfer(transfer: Transfer, strings: Strings = getStrings()): string {
  const { doneBytes, totalBytes, bytesPerSecond } = transfer;
  const { locale } = strings;
  const words = strings.ui.progress;
  const parts = [
    totalBytes === undefined
      ? formatBytes(doneBytes, locale)
      : words.bytes(formatBytes(doneBytes, locale), formatBytes(totalBytes, locale)),
  ];
  if (bytesPerSecond !== undefined && bytesPerSecond > 0) {
    parts.push(formatRate(bytesPerSecond, "bytes", locale));
    if (totalBytes !== undefined && totalBytes > doneBytes) {
      parts.push(remaining(((totalBytes - doneBytes) / bytesPerSecond) * 1000, strings));
    }
  }
  return parts.join(" · ");
}

/** The rest of a wait, rounded so that it does not flicker: 5 s steps, then whole minutes. */
export function describeRemaining(remainingMs: number, strings: Strings = getStrings()): string {
  return remaining(remainingMs, strings);
}

function remaining(remainingMs: number, strings: Strings): string {
  if (remainingMs < 5_000) return strings.ui.progress.almostDone;
  const step = remainingMs < 60_000 ? 5_000 : remainingMs < 600_000 ? 60_000 : 300_000;
  const rounded = Math.max(step, Math.round(remainingMs / step) * step);
  return strings.ui.progress.remaining(formatDuration(rounded, strings.locale));
}
