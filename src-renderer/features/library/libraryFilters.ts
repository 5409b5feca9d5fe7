import type { Collection } from "../../../src-main/contract/collections.ts";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import type { CollectionId, DocumentId } from "../../../src-main/contract/ids.ts";

export type StatusGroup = "ready" | "working" | "failed";
export type DateField = "modified" | "added";

export interface DateRange {
  readonly field: DateField;
  /** Local days, "2025-03-01"; "" is open. Both ends belong to it. */
  readonly from: string;
  readonly to: string;
}

/** What narrows the list. All that is set must hold. */
export interface LibraryFilters {
  readonly collectionId: CollectionId | null;
  /** The document has every one of them. */
  readonly tags: readonly string[];
  /** Ending of the file's name, in capitals; "" for names without one. */
  readonly type: string | null;
  readonly language: string | null;
  readonly folder: string | null;
  readonly status: StatusGroup | null;
  readonly date: DateRange | null;
  /** Only what is in the library more than once. */
  readonly duplicates: boolean;
}

export const noFilters: LibraryFilters = {
  collectionId: null,
  tags: [],
  type: null,
  language: null,
  folder: null,
  status: null,
  date: null,
  duplicates: false,
};

export function hasFilters(filters: LibraryFilters): boolean {
  const { tags, duplicates, ...single } = filters;
  return duplicates || tags.length > 0 || Object.values(single).some((value) => value !== null);
}

/** A test for one document by all filters but the name. */
export function matcher(
  filters: LibraryFilters,
  collections: readonly Collection[],
  copies: ReadonlyMap<string, number>,
): (row: DocumentRow) => boolean {
  const tests: ((row: DocumentRow) => boolean)[] = [];
  const { collectionId, tags, type, language, folder, status, date, duplicates } = filters;
  if (collectionId !== null) {
    const members = new Set<DocumentId>(
      collections.find(({ id }) => id === collectionId)?.documentIds ?? [],
    );
    tests.push((row) => members.has(row.id));
  }
  if (tags.length > 0) tests.push((row) => tags.every((tag) => row.tags.includes(tag)));
  if (type !== null) tests.push((row) => typeOf(row) === type);
  if (language !== null) tests.push((row) => row.language === language);
  if (folder !== null) {
    tests.push((row) => {
      const own = folderOf(row);
      return own === folder || own.startsWith(`${folder}/`) || own.startsWith(`${folder}\\`);
    });
  }
  if (status !== null) tests.push((row) => statusOf(row) === status);
  if (date) {
    const from = startOfDay(date.from) ?? Number.NEGATIVE_INFINITY;
    const to = startOfDay(date.to, 1) ?? Number.POSITIVE_INFINITY;
    tests.push((row) => {
      const at = date.field === "added" ? row.addedAt : row.modifiedAt;
      return at >= from && at < to;
    });
  }
  if (duplicates) tests.push((row) => isCopied(row, copies));
  return (row) => tests.every((test) => test(row));
}

export function isCopied(row: DocumentRow, copies: ReadonlyMap<string, number>): boolean {
  return (copies.get(row.contentKey) ?? 0) > 1;
}

export function typeOf({ name }: DocumentRow): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot + 1).toUpperCase() : "";
}

/** What a browser has sent lies in folders named by content; for people that is one place. */
export const sentFolder = "\0sent";
const sentPattern = /[\\/]uploads[\\/][0-9a-f]{24}$/u;

export function folderOf({ path }: DocumentRow): string {
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"), 0));
  return folder.includes("uploads") && sentPattern.test(folder) ? sentFolder : folder;
}

export function statusOf({ status }: DocumentRow): StatusGroup {
  if (status === "ready") return "ready";
  return status === "queued" || status === "working" ? "working" : "failed";
}

/** Local midnight of a day as `<input type="date">` writes it, or of one so many days later. */
function startOfDay(day: string, later = 0): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(day);
  if (!match) return null;
  return new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + later).getTime();
}
