import type { DocumentRow, DocumentsState, IngestOverview } from "../../contract/documents.ts";
import { cancelledError } from "../../contract/errors.ts";
import type { DocumentId } from "../../contract/ids.ts";
import { Cell } from "../core/Cell.ts";
import type { DocumentRecord } from "../store/records.ts";

/** Hex digits that tell two contents apart: ten thousand rows carry them. */
const contentKeyLength = 20;

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

  /** Replaces the rows of many, in one step. */
  putAll(records: readonly DocumentRecord[]): void {
    const changed = new Map(records.map((record) => [record.id, toRow(record)]));
    this.cell.update((state) => ({
      ...state,
      documents: state.documents.map((row) => changed.get(row.id) ?? row),
    }));
  }

  /** Resolves when none of the documents is being taken in any more. */
  async settled(ids: readonly DocumentId[], signal: AbortSignal): Promise<void> {
    const wanted = new Set(ids);
    const isSettled = (): boolean =>
      this.cell
        .get()
        .documents.every(
          (row) => !wanted.has(row.id) || (row.status !== "queued" && row.status !== "working"),
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

  remove(...ids: readonly DocumentId[]): void {
    const gone = new Set(ids);
    this.cell.update((state) => ({
      ...state,
      documents: state.documents.filter((row) => !gone.has(row.id)),
    }));
  }
}

function toRow(record: DocumentRecord, rate = 0): DocumentRow {
  const { mtimeMs, sha256, textHash, ctimeMs: _c, version: _v, fingerprint: _f, ...row } = record;
  const contentKey = (textHash || sha256).slice(0, contentKeyLength);
  return { ...row, rate, modifiedAt: mtimeMs, contentKey };
}
