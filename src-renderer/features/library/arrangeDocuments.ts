import type { Collection } from "../../../src-main/contract/collections.ts";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import {
  folderOf,
  isCopied,
  type LibraryFilters,
  matcher,
  statusOf,
  typeOf,
} from "./libraryFilters.ts";

export type SortField = "name" | "added" | "modified" | "size" | "type";

export interface Sort {
  readonly field: SortField;
  readonly descending: boolean;
}

/** One value that documents can be narrowed to, and how many have it. */
export interface Facet {
  readonly value: string;
  readonly count: number;
}

/** What there is to narrow by; the values that most documents have come first. */
export interface Facets {
  readonly tags: readonly Facet[];
  readonly types: readonly Facet[];
  readonly languages: readonly Facet[];
  readonly folders: readonly Facet[];
  readonly statuses: readonly Facet[];
  readonly duplicates: number;
}

export interface Wanted {
  readonly query: string;
  readonly filters: LibraryFilters;
  readonly sort: Sort;
  readonly collections: readonly Collection[];
  readonly locale: string;
}

export interface Arrangement {
  /** What is shown, in order. */
  readonly rows: readonly DocumentRow[];
  /** Their ids; the same list for as long as the order is the same. */
  readonly ids: readonly DocumentId[];
  /** Counted when first asked for: the list can be on the screen before. */
  readonly facets: () => Facets;
  /** How many documents have a content, by its key. */
  readonly copies: ReadonlyMap<string, number>;
}

/**
 * Filters and sorts, and remembers how: while documents are taken in, their progress changes many
 * times a second, and of ten thousand rows neither order nor counts do.
 */
export function createArranger(): (
  documents: readonly DocumentRow[],
  wanted: Wanted,
) => Arrangement {
  let before: { documents: readonly DocumentRow[]; wanted: Wanted; order: number[] } | undefined;
  let counted: Pick<Arrangement, "facets" | "copies"> | undefined;
  let last: Arrangement | undefined;
  return (documents, wanted) => {
    const sameRows = before && hasSameShape(before.documents, documents);
    if (before && sameRows && last && isSame(before.wanted, wanted)) {
      if (before.documents === documents) return last;
      const rows = before.order.map((index) => documents[index]).filter((row) => row !== undefined);
      before = { ...before, documents };
      last = { ...last, rows };
      return last;
    }
    if (!counted || !sameRows) counted = count(documents);
    const order = arrange(documents, wanted, counted.copies);
    before = { documents, wanted, order };
    const rows = order.map((index) => documents[index]).filter((row) => row !== undefined);
    const ids = rows.map(({ id }) => id);
    const isSameOrder =
      last?.ids.length === ids.length && ids.every((id, at) => id === last?.ids[at]);
    last = { rows, ids: last && isSameOrder ? last.ids : ids, ...counted };
    return last;
  };
}

/** Places in `documents` of those that are wanted, in the wanted order. */
function arrange(
  documents: readonly DocumentRow[],
  { query, filters, sort, collections, locale }: Wanted,
  copies: ReadonlyMap<string, number>,
): number[] {
  const words = query.trim().toLowerCase().split(/\s+/u).filter(Boolean);
  const matches = matcher(filters, collections, copies);
  const found: { row: DocumentRow; index: number }[] = [];
  for (const [index, row] of documents.entries()) {
    if (words.length > 0) {
      const name = row.name.toLowerCase();
      if (!words.every((word) => name.includes(word))) continue;
    }
    if (matches(row)) found.push({ row, index });
  }
  const compare = comparer(sort.field, locale);
  const sign = sort.descending ? -1 : 1;
  found.sort((a, b) => sign * compare(a.row, b.row) || a.index - b.index);
  return found.map(({ index }) => index);
}

function comparer(field: SortField, locale: string): (a: DocumentRow, b: DocumentRow) => number {
  if (field === "added") return (a, b) => a.addedAt - b.addedAt;
  if (field === "modified") return (a, b) => a.modifiedAt - b.modifiedAt;
  if (field === "size") return (a, b) => a.bytes - b.bytes;
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  if (field === "name") return (a, b) => compare(a.name, b.name);
  return (a, b) => compare(typeOf(a), typeOf(b)) || compare(a.name, b.name);
}

function count(documents: readonly DocumentRow[]): Pick<Arrangement, "facets" | "copies"> {
  const copies = new Map<string, number>();
  for (const { contentKey } of documents) {
    if (contentKey !== "") copies.set(contentKey, (copies.get(contentKey) ?? 0) + 1);
  }
  let facets: Facets | undefined;
  return { copies, facets: () => (facets ??= countFacets(documents, copies)) };
}

function countFacets(
  documents: readonly DocumentRow[],
  copies: ReadonlyMap<string, number>,
): Facets {
  const [tags, types, languages, folders, statuses] = [tally(), tally(), tally(), tally(), tally()];
  for (const row of documents) {
    for (const tag of row.tags) tags.add(tag);
    types.add(typeOf(row));
    if (row.language !== null && row.language !== "") languages.add(row.language);
    folders.add(folderOf(row));
    statuses.add(statusOf(row));
  }
  return {
    tags: tags.list(),
    types: types.list(),
    languages: languages.list(),
    folders: folders.list(),
    statuses: statuses.list(),
    duplicates: documents.filter((row) => isCopied(row, copies)).length,
  };
}

function tally(): { add: (value: string) => void; list: () => Facet[] } {
  const counts = new Map<string, number>();
  return {
    add: (value) => counts.set(value, (counts.get(value) ?? 0) + 1),
    list: () =>
      [...counts]
        .map(([value, number]) => ({ value, count: number }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
  };
}

function isSame(a: Wanted, b: Wanted): boolean {
  return (
    a.query === b.query &&
    a.filters === b.filters &&
    a.sort === b.sort &&
    a.collections === b.collections &&
    a.locale === b.locale
  );
}

const shaping = [
  "id",
  "name",
  "path",
  "status",
  "bytes",
  "addedAt",
  "modifiedAt",
  "tags",
  "language",
  "contentKey",
] as const;

/** Whether nothing has changed but how far the work on documents is. */
function hasSameShape(before: readonly DocumentRow[], after: readonly DocumentRow[]): boolean {
  if (before === after) return true;
  if (before.length !== after.length) return false;
  return before.every((row, index) => {
    const now = after[index];
    return row === now || (now !== undefined && shaping.every((key) => row[key] === now[key]));
  });
}
