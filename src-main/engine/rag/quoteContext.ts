import type { Stretch } from "../store/records.ts";
import { oneLine } from "./citations.ts";

/** So much is told of what stands on each side of a quote; UTF-16 units. */
const mostUnits = 240;

/** What stands before and after a stretch of a passage, one line each, cut at words with "…". */
export function quoteContext(
  passage: string,
  { start, end }: Stretch,
): { before: string; after: string } {
  const before = oneLine(passage.slice(0, start));
  const after = oneLine(passage.slice(end));
  return {
    before:
      before.length <= mostUnits
        ? before
        : `…${before.slice(-mostUnits).replace(/^\S{0,24}\s/u, " ")}`,
    after:
      after.length <= mostUnits
        ? after
        : `${after.slice(0, mostUnits).replace(/\s\S{0,24}$/u, "")} …`,
  };
}
