import type { DocumentRow, DocumentsState } from "../../src-main/contract/documents.ts";

const known = new WeakMap<readonly DocumentRow[], readonly DocumentRow[]>();

/**
 * The documents of the library: those of the state without the attachments of messages. The same
 * state gives the same list, so that it can select from a mirror.
 */
export function libraryDocuments({ documents }: DocumentsState): readonly DocumentRow[] {
  let library = known.get(documents);
  if (!library) {
    library = documents.some((row) => row.attachment)
      ? documents.filter((row) => !row.attachment)
      : documents;
    known.set(documents, library);
  }
  return library;
}
