import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { countPages, writePageRanges } from "../../../src-main/contract/pageRanges.ts";
import type { Strings } from "../../lib/strings/index.ts";

/** Ranges that a row has room for. */
const mostRanges = 4;

/** Which pages of a document were recognised from their picture, and which cannot be read; "" if none. */
export function describeOcr(
  { recognized, unreadable, pages }: Pick<DocumentRow, "recognized" | "unreadable" | "pages">,
  { library }: Strings,
): readonly [recognized: string, unreadable: string] {
  const count = countPages(recognized);
  const broken = countPages(unreadable);
  return [
    count === 0
      ? ""
      : library.recognized(writePageRanges(recognized, mostRanges), count, count === pages),
    broken === 0 ? "" : library.unreadable(writePageRanges(unreadable, mostRanges), broken),
  ];
}
