import { z } from "zod";

/** Pages in a row, counted from 1; both ends are included. */
export const pageRangeSchema = z.tuple([z.int().min(1), z.int().min(1)]);
export type PageRange = z.infer<typeof pageRangeSchema>;

/** Page numbers that rise, as ranges. */
export function toPageRanges(pages: readonly number[]): PageRange[] {
  const ranges: PageRange[] = [];
  for (const page of pages) {
    const last = ranges.at(-1);
    if (last && page === last[1] + 1) last[1] = page;
    else ranges.push([page, page]);
  }
  return ranges;
}

export function countPages(ranges: readonly PageRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

export function holdsPage(ranges: readonly PageRange[], page: number): boolean {
  return ranges.some(([from, to]) => page >= from && page <= to);
}

/** "1–3, 7"; what goes beyond `most` ranges is an ellipsis. */
export function writePageRanges(ranges: readonly PageRange[], most = Infinity): string {
  const written = ranges.slice(0, most).map(([from, to]) => (from === to ? from : `${from}–${to}`));
  return [...written, ...(ranges.length > most ? ["…"] : [])].join(", ");
}
