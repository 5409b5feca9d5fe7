import type { DocumentRow, DocumentsState } from "../../contract/documents.ts";
import type { DocumentId } from "../../contract/ids.ts";
import { Cell } from "../core/Cell.ts";
import type { DocumentRecord } from "../store/protocol.ts";

/** All documents as the user sees them, with the progress of those that are being taken in. */
export class DocumentList {
  readonly cell = new Cell<DocumentsState>({ documents: [] });

  load(records: readonly DocumentRecord[]): void {
    this.cell.set({ documents: records.map((record) => toRow(record)) });
  }

  get(id: DocumentId): DocumentRow | undefined {
    return this.cell.get().documents.find((row) => row.id === id);
  }

  put(record: DocumentRecord, rate = 0): DocumentRow {
    const row = toRow(record, rate);
    this.cell.update(({ documents }) => {
      const at = documents.findIndex((old) => old.id === row.id);
      return { documents: at < 0 ? [...documents, row] : documents.with(at, row) };
    });
    return row;
  }

  remove(id: DocumentId): void {
    this.cell.update(({ documents }) => ({
      documents: documents.filter((row) => row.id !== id),
    }));
  }
}

function toRow(record: DocumentRecord, rate = 0): DocumentRow {
  const { mtimeMs: _m, sha256: _s, version: _v, fingerprint: _f, ...row } = record;
  return { ...row, rate };
}
