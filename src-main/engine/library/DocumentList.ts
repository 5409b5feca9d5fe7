import type { DocumentRow, DocumentsState, IngestOverview } from "../../contract/documents.ts";
import { cancelledError } from "../../contract/errors.ts";
import type { DocumentId } from "../../contract/ids.ts";
import { Cell } from "../core/Cell.ts";
import type { DocumentRecord } from "../store/protocol.ts";

/** All documents as the user sees them, with the progress of those that are being taken in. */
export class DocumentList {
  readonly cell = new Cell<DocumentsState>({ documents: [], paused: false, progress: null });

  load(records: readonly DocumentRecord[]): void {
    const documents = records.map((record) => toRow(record));
    this.cell.update((state) => ({ ...state, documents }));
  }

  get(id: DocumentId): DocumentRow | undefined {
    return this.cell.get().documents.find((row) => row.id === id);
  }

  put(record: DocumentRecord, rate = 0): DocumentRow {
    const row = toRow(record, rate);
    this.cell.update((state) => {
      const at = state.documents.findIndex((old) => old.id === row.id);
      const documents = at < 0 ? [...state.documents, row] : state.documents.with(at, row);
      return { ...state, documents };
    });
    return row;
  }

  /** Adds documents that are not in the list. */
  add(records: readonly DocumentRecord[]): DocumentRow[] {
    const rows = records.map((record) => toRow(record));
    this.cell.update((state) => ({ ...state, documents: [...state.documents, ...rows] }));
    return rows;
  }

  showWork(paused: boolean, progress: IngestOverview | null): void {
    this.cell.update((state) => ({ ...state, paused, progress }));
  }

  /** Resolves when none of the documents is being taken in any more. */
  async settled(ids: readonly DocumentId[], signal: AbortSignal): Promise<void> {
    const isSettled = (): boolean =>
      this.cell
        .get()
        .documents.every(
          (row) => !ids.includes(row.id) || (row.status !== "queued" && row.status !== "working"),
        );
    if (isSettled()) return;
    await new Promise<void>((resolve, reject) => {
      const stop = this.cell.subscribe(() => {
        if (isSettled()) end(resolve);
      });
      const onAbort = (): void => end(() => reject(cancelledError()));
      const end = (then: () => void): void => {
        stop();
        signal.removeEventListener("abort", onAbort);
        then();
      };
      signal.addEventListener("abort", onAbort);
      if (signal.aborted) onAbort();
    });
  }

  remove(id: DocumentId): void {
    this.cell.update((state) => ({
      ...state,
      documents: state.documents.filter((row) => row.id !== id),
    }));
  }
}

function toRow(record: DocumentRecord, rate = 0): DocumentRow {
  const { mtimeMs: _m, ctimeMs: _c, sha256: _s, version: _v, fingerprint: _f, ...row } = record;
  return { ...row, rate };
}
