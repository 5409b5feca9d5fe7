import { randomUUID } from "node:crypto";
import path from "node:path";
import type { DocumentRow, IngestResult } from "../../contract/documents.ts";
import { cancelledError, isCancelled, toErrorData } from "../../contract/errors.ts";
import { documentIdSchema, type DocumentId } from "../../contract/ids.ts";
import type { RequestRecord } from "../egress/requestRecord.ts";
import { KeyedLock } from "../core/KeyedLock.ts";
import type { DocumentRecord } from "../store/protocol.ts";
import type { Store } from "../store/Store.ts";
import { describeOlder } from "./describeOlder.ts";
import { DocumentList } from "./DocumentList.ts";
import { expandPaths } from "./expandPaths.ts";
import { IngestProgress } from "./IngestProgress.ts";
import type { PassageIndex } from "./PassageIndex.ts";
import { Passwords, tryPassword } from "./Passwords.ts";
import { ingestQueue, reindex } from "./reindex.ts";
import { documentMissing, keepPublished, takeDocument, type Taken } from "./takeDocument.ts";

export interface IngestServiceOptions {
  store: Store;
  index: PassageIndex;
  list: DocumentList;
  pdfjsDir: string;
  readerEntry: string;
  /** Told of failures that no caller waits for and no row shows. */
  onFault: (error: unknown) => void;
  /** Told when something that reads documents tried to reach the network and was stopped. */
  onRefused: (record: RequestRecord) => void;
}

/**
 * Takes files into the library, one after the other. What was not finished when an engine ended is
 * gone on with by the next one.
 */
export class IngestService implements AsyncDisposable {
  readonly #options: IngestServiceOptions;
  readonly #queue = new KeyedLock();
  readonly #cancels = new Map<DocumentId, AbortController>();
  readonly #end = new AbortController();
  readonly #passwords = new Passwords();
  #background: Promise<unknown> = Promise.resolve();

  constructor(options: IngestServiceOptions) {
    this.#options = options;
  }

  /** Takes up again what an earlier engine did not finish, and rebuilds what the index lacks. */
  resume(): void {
    this.#background = this.#resumeAll().catch((error: unknown) => {
      if (!this.#end.signal.aborted) this.#options.onFault(error);
    });
  }

  async #resumeAll(): Promise<void> {
    const { store, index, list } = this.#options;
    if (index.stamp() === undefined) return;
    // Opening the index loads the embedder; a library without documents has no use for it.
    if ((await store.documents.list()).length === 0) return;
    await reindex({ store, index, list, queue: this.#queue, signal: this.#end.signal });
    const unfinished = await store.documents.unfinished();
    // A known document of which a new version was being made counts as ready meanwhile.
    for (const { documentId } of await store.jobs.list()) {
      const record = await store.documents.get(documentId);
      if (record?.status === "ready") unfinished.push(record);
    }
    for (const record of unfinished) {
      if (this.#end.signal.aborted) return;
      await this.#one(record.path, this.#end.signal, () => {});
    }
    await describeOlder(store, list, this.#end.signal);
  }

  /**
   * Takes files in until all are ready or have failed. A caller that cancels ends the work; one that
   * is merely gone (a closed window) does not.
   *
   * @param password tried on those that are encrypted
   * @param attachment for messages only, kept out of the library
   */
  async ingest(
    paths: readonly string[],
    onRow: (row: DocumentRow) => void,
    caller: AbortSignal,
    password?: string,
    attachment = false,
  ): Promise<IngestResult[]> {
    const cancel = new AbortController();
    const onAbort = (): void => {
      if (isCancelled(caller.reason)) cancel.abort(caller.reason);
    };
    if (caller.aborted) onAbort();
    else caller.addEventListener("abort", onAbort, { once: true });
    const { signal } = cancel;
    const files = await expandPaths(paths, signal);
    // Rows for all come first, so that the user sees at once what is to be done, and can cancel it.
    const cancels = new Map<string, AbortController>();
    for (const file of files) {
      if (file.error) continue;
      const { id } = await this.#announce(file.path, onRow, attachment);
      if (password !== undefined) this.#passwords.keep(id, password);
      const own = this.#cancels.get(id) ?? new AbortController();
      this.#cancels.set(id, own);
      cancels.set(file.path, own);
    }
    const results: IngestResult[] = [];
    for (const file of files) {
      const own = cancels.get(file.path);
      if (file.error) results.push(failed(null, file.path, 0, file.error));
      else results.push(await this.#one(file.path, signal, onRow, own));
    }
    return results;
  }

  /** Ends the work on a document, also where it has not begun. */
  cancel(documentId: DocumentId): void {
    this.#cancels.get(documentId)?.abort(cancelledError());
  }

  async retry(documentId: DocumentId): Promise<void> {
    const record = await this.#options.store.documents.get(documentId);
    if (!record) throw documentMissing();
    this.#one(record.path, this.#end.signal, () => {}).catch(this.#options.onFault);
  }

  /**
   * Takes an encrypted document in with its password.
   *
   * @throws HearthError `file-encrypted` if the password does not open it, `not-found`
   */
  async unlock(documentId: DocumentId, password: string): Promise<void> {
    const { store, pdfjsDir, readerEntry, onRefused } = this.#options;
    const record = await store.documents.get(documentId);
    if (!record) throw documentMissing();
    await tryPassword(record.path, password, { pdfjsDir, workerPath: readerEntry, onRefused });
    this.#passwords.keep(documentId, password);
    await this.retry(documentId);
  }

  /** Takes documents out, in one step. @returns what was known of those that were there */
  async remove(documentIds: readonly DocumentId[]): Promise<DocumentRecord[]> {
    for (const documentId of documentIds) {
      this.cancel(documentId);
      this.#passwords.forget(documentId);
    }
    return await this.#queue.run(ingestQueue, async () => {
      const removed = await this.#options.store.documents.remove(documentIds);
      this.#options.list.remove(...documentIds);
      if (removed.length > 0 && this.#options.index.stamp() !== undefined) {
        const { index } = await this.#options.index.open();
        await index.removeDocuments(removed.map(({ id }) => id));
      }
      return removed;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    for (const controller of this.#cancels.values()) controller.abort();
    await this.#background;
    await this.#queue.run(ingestQueue, async () => {});
  }

  /** @param attachment undefined: what is known stays what it is */
  async #announce(
    file: string,
    onRow: (row: DocumentRow) => void,
    attachment?: boolean,
  ): Promise<DocumentRecord> {
    const { store, list } = this.#options;
    const known = await store.documents.findByPath(file);
    if (known?.attachment && attachment === false) {
      const added = await store.documents.update(known.id, { attachment, addedAt: Date.now() });
      onRow(list.put(added));
      return added;
    }
    if (known) return known;
    const record: DocumentRecord = {
      id: documentIdSchema.parse(randomUUID()),
      name: path.basename(file),
      path: file,
      mediaType: "",
      bytes: 0,
      mtimeMs: 0,
      ctimeMs: 0,
      sha256: "",
      status: "queued",
      stage: "waiting",
      done: 0,
      total: 0,
      pages: null,
      chunks: 0,
      version: 0,
      fingerprint: "",
      addedAt: Date.now(),
      tags: [],
      language: null,
      textHash: "",
      attachment: attachment ?? false,
    };
    await store.documents.insert(record);
    onRow(list.put(record));
    return record;
  }

  /** One file, from its bytes to the published version. Failures are results, not exceptions. */
  async #one(
    file: string,
    outer: AbortSignal,
    onRow: (row: DocumentRow) => void,
    controller = new AbortController(),
  ): Promise<IngestResult> {
    return await this.#queue.run(ingestQueue, async () => {
      const begun = performance.now();
      if (controller.signal.aborted && !(await this.#options.store.documents.findByPath(file))) {
        // Removed while it waited for its turn.
        return { ...failed(null, file, 0, cancelledError()), status: "cancelled" };
      }
      const known = await this.#announce(file, onRow);
      this.#cancels.set(known.id, controller);
      const signal = AbortSignal.any([outer, controller.signal, this.#end.signal]);
      let result: IngestResult;
      try {
        const taken = await this.#take(known, signal, onRow);
        result = {
          documentId: taken.record.id,
          name: taken.record.name,
          status: taken.kind === "ready" ? "ready" : "unchanged",
          pages: taken.record.pages,
          chunks: taken.record.chunks,
          ms: performance.now() - begun,
        };
      } catch (error) {
        result = await this.#fail(known, error, performance.now() - begun, onRow);
      } finally {
        this.#cancels.delete(known.id);
      }
      return result;
    });
  }

  async #take(
    known: DocumentRecord,
    signal: AbortSignal,
    onRow: (row: DocumentRow) => void,
  ): Promise<Taken> {
    const { store, index: passages, list, pdfjsDir, readerEntry, onRefused } = this.#options;
    const taken = await takeDocument(known, {
      store,
      passages,
      pdfjsDir,
      readerEntry,
      onRefused,
      signal,
      password: this.#passwords.get(known.id),
      progress: new IngestProgress(known, (record, rate) => onRow(list.put(record, rate))),
    });
    if (taken.kind === "moved") list.remove(known.id);
    if (taken.kind !== "unchanged") onRow(list.put(taken.record));
    return taken;
  }

  async #fail(
    known: DocumentRecord,
    error: unknown,
    ms: number,
    onRow: (row: DocumentRow) => void,
  ): Promise<IngestResult> {
    const { store, list, index } = this.#options;
    const ending = this.#end.signal.aborted;
    const cancelled = isCancelled(error);
    const current = await store.documents.get(known.id);
    // Removed meanwhile: there is no row to write to.
    if (!current) return failed(known.id, known.path, ms, error);
    // What the end of the engine cut off is gone on with by the next one.
    if (!ending) {
      await store.jobs.forgetTries(known.id, 0);
      if (index.stamp() !== undefined) {
        const open = await index.open().catch(() => undefined);
        await open?.index.removeDocument(known.id, keepPublished(known));
      }
    }
    const hasOlder = known.version > 0;
    const record = await store.documents.update(known.id, {
      status: hasOlder ? "ready" : ending ? "queued" : cancelled ? "interrupted" : "failed",
      stage: hasOlder ? "done" : "waiting",
      done: 0,
      total: 0,
      error: cancelled || ending ? undefined : toErrorData(error),
    });
    onRow(list.put(record));
    const result = failed(known.id, known.path, ms, error);
    return cancelled ? { ...result, status: "cancelled" } : result;
  }
}

function failed(id: DocumentId | null, file: string, ms: number, error: unknown): IngestResult {
  return {
    documentId: id,
    name: path.basename(file),
    status: "failed",
    pages: null,
    chunks: 0,
    ms,
    error: toErrorData(error),
  };
}
