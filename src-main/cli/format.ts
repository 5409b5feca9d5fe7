import type { Location } from "../contract/locations.ts";

const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** "97.1 MB", in powers of 1000 as disks are sold. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  return `${at === 0 ? value : Number(value.toPrecision(3))} ${units[at]}`;
}

/** "340 ms", "4.2 s", "3 min 5 s" */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** "1 page", "3 pages" */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** Done of total, where the total is known. */
export function share(done: number, total: number | null): string {
  return total !== null && total > 0 ? `${Math.floor((100 * done) / total)} %` : "";
}

/** Where in a document, for people. */
export function formatLocation(location: Location): string {
  switch (location.kind) {
    case "page":
      return `page ${location.page}`;
    case "lines":
      return location.from === location.to
        ? `line ${location.from}`
        : `lines ${location.from}–${location.to}`;
    case "section":
      return location.path.join(" › ");
    case "cells":
      return `${location.sheet}!${location.range}`;
    case "slide":
      return `slide ${location.slide}`;
    case "time":
      break;
  }
  return `${formatMs(location.fromMs)} to ${formatMs(location.toMs)}`;
}

/** Columns beside each other; the last one is not padded. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
        .join("  "),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** Text on one line, cut where it gets long. */
export function oneLine(text: string, most = 240): string {
  const line = text.replace(/\s+/gu, " ").trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}
