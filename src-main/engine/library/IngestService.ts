import type { DocumentRow, IngestResult } from "../../contract/documents.ts";
import { isCancelled, toErrorData } from "../../contract/errors.ts";
import type { DocumentId } from "../../contract/ids.ts";
import { KeyedLock } from "../core/KeyedLock.ts";
import type { RequestRecord } from "../egress/requestRecord.ts";
import type { DocumentRecord } from "../store/records.ts";
import type { Store } from "../store/Store.ts";
import { describeOlder } from "./describeOlder.ts";
import { DocumentList } from "./DocumentList.ts";
import type { Eraser } from "./Eraser.ts";
import { expandPaths } from "./expandPaths.ts";
import { newRecord } from "./newRecord.ts";
import type { Recognizer } from "./ocr/Recognizer.ts";
import type { PassageIndex } from "./PassageIndex.ts";
import { Passwords, tryPassword } from "./Passwords.ts";
import type { IngestJob, Outcome, Priority } from "./pipeline/IngestJob.ts";
import type { StageName } from "./pipeline/BusyClock.ts";
import { Overview } from "./pipeline/Overview.ts";
import { Pipeline } from "./pipeline/Pipeline.ts";
import { stateOfFile } from "./identifyFile.ts";
import { failedResult, ingestResult } from "./ingestResult.ts";
import { readForRebuild, sweepIndex } from "./reindex.ts";
import { documentMissing, keepPublished, readDocument, type Read } from "./takeDocument.ts";

export interface IngestServiceOptions {
  store: Store;
  index: PassageIndex;
  list: DocumentList;
  eraser: Eraser;
  /** Told after documents were removed. */
  onRemoved: () => Promise<void>;
  pdfjsDir: string;
  readerEntry: string;
  recognizer: Recognizer;
  /** Whether a chat is being written: taking documents in gives way to it. */
  isChatBusy: () => boolean;
  /** Told of failures that no caller waits for and no row shows. */
  onFault: (error: unknown) => void;
  /** Told when something that reads documents tried to reach the network and was stopped. */
  onRefused: (record: RequestRecord) => void;
}

/** How often the work as a whole is told of, in milliseconds. */
const tellEveryMs = 500;

/**
 * Takes files into the library, through a {@link Pipeline}. What was not finished when an engine ended
 * is gone on with by the next one.
 */
export class IngestService implements AsyncDisposable {
  readonly #options: IngestServiceOptions;
  readonly #pipeline: Pipeline;
  readonly #overview = new Overview();
  readonly #locks = new KeyedLock();
  readonly #end = new AbortController();
  readonly #passwords = new Passwords();
  #background: Promise<unknown> = Promise.resolve();
  #ticking: NodeJS.Timeout | undefined;

  constructor(options: IngestServiceOptions) {
    this.#options = options;
    const { store, index, onFault } = options;
    this.#pipeline = new Pipeline({
      store,
      passages: index,
      isChatBusy: options.isChatBusy,
      read: (job, pass) => this.#read(job, pass),
      onSettled: (job, outcome) => this.#settled(job, outcome),
      onProgress: (job, record, rate) => job.tell(options.list.put(record, rate)),
      onFault,
    });
  }

  /**
   * Begins to work: brings the index in step with the store, and takes up again what an earlier engine
   * did not finish.
   */
  resume(): void {
    this.#background = this.#resumeAll()
      .catch((error: unknown) => {
        if (!this.#end.signal.aborted) this.#options.onFault(error);
      })
      .finally(() => this.#pipeline.open());
  }

  async #resumeAll(): Promise<void> {
    const { store, index, list, eraser } = this.#options;
    // Opening the index loads the embedder; a library without documents has no use for it, unless
    // the last ones are still to be erased.
    const isUsed = (await store.documents.list()).length > 0 || (await eraser.isLeft());
    if (isUsed && index.stamp() !== undefined) await this.#resumeDocuments();
    this.#pipeline.open();
    await eraser.resume();
    await describeOlder(store, list, this.#end.signal);
  }

  async #resumeDocuments(): Promise<void> {
    const { store, index, list } = this.#options;
    const target = await index.open(this.#end.signal);
    for (const documentId of await sweepIndex(store, list, target)) {
      const record = await store.documents.get(documentId);
      if (record) this.#enqueue(record, "rebuild", "background");
    }
    const unfinished = await store.documents.unfinished();
    // A known document of which a new version was being made counts as ready meanwhile.
    for (const { documentId } of await store.jobs.list()) {
      const record = await store.documents.get(documentId);
      if (record?.status === "ready") unfinished.push(record);
    }
    for (const record of unfinished) void this.#take(record, "background");
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
    const readable = files.filter(({ error }) => !error).map((file) => file.path);
    const records = await this.#announce(readable, onRow, attachment);
    if (password !== undefined) {
      for (const { id } of records.values()) this.#passwords.keep(id, password);
    }
    const onCancel = (): void => {
      for (const { id } of records.values()) void this.#pipeline.cancel(id);
    };
    signal.addEventListener("abort", onCancel, { once: true });
    const results = files.map(async (file) => {
      const record = records.get(file.path);
      return record
        ? await this.#take(record, "user", onRow)
        : failedResult(null, file.path, 0, file.error);
    });
    if (signal.aborted) onCancel();
    return await Promise.all(results);
  }

  /** As {@link ingest}, for files that Hearth came upon by itself. */
  async takeInBackground(files: readonly string[]): Promise<IngestResult[]> {
    const records = await this.#announce(files, () => {});
    return await Promise.all(
      [...records.values()].map((record) => this.#take(record, "background")),
    );
  }

  /** Ends the work on a document, also where it has not begun. */
  async cancel(documentId: DocumentId): Promise<void> {
    await this.#pipeline.cancel(documentId);
  }

  /** Ends the work on all documents. What the index lacks of known ones is still put right. */
  async cancelAll(): Promise<void> {
    const taken = [...this.#pipeline.jobs.values()].filter(({ kind }) => kind === "take");
    await Promise.all(taken.map(({ id }) => this.#pipeline.cancel(id)));
  }

  pause(paused: boolean): void {
    this.#pipeline.paused = paused;
    this.#tellOverview();
  }

  /** How long each stage has worked, in milliseconds. */
  get stageMs(): Readonly<Record<StageName, number>> {
    return this.#pipeline.clock.ms;
  }

  /**
   * Reads a document again, also where its file has not changed: by now there may be a language for its
   * scanned pages. It can be searched as it is until then.
   */
  async retry(documentId: DocumentId): Promise<void> {
    const { store } = this.#options;
    let record = await store.documents.get(documentId);
    if (!record) throw documentMissing();
    if (record.status === "ready") {
      record = await store.documents.update(documentId, { sha256: "", mtimeMs: 0 });
    }
    void this.#take(record, "user");
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
    const { store, list, index, eraser, onRemoved } = this.#options;
    for (const documentId of documentIds) {
      this.#passwords.forget(documentId);
      await this.#pipeline.cancel(documentId);
    }
    await eraser.begin();
    const removed = await store.documents.remove(documentIds);
    list.remove(...documentIds);
    try {
      if (removed.length > 0 && index.stamp() !== undefined) {
        const open = await index.open();
        await open.index.removeDocuments(
          removed.map(({ id }) => ({ documentId: id, keepVersions: [] })),
        );
      }
    } finally {
      await eraser.removed(removed.map((record) => record.path));
      await onRemoved();
    }
    return removed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    clearInterval(this.#ticking);
    await this.#background;
    await this.#pipeline[Symbol.asyncDispose]();
  }

  /**
   * A record for each file, in their order; new ones are shown at once.
   *
   * @param attachment undefined: what is known stays what it is
   */
  async #announce(
    files: readonly string[],
    onRow: (row: DocumentRow) => void,
    attachment?: boolean,
  ): Promise<Map<string, DocumentRecord>> {
    const { store, list } = this.#options;
    // Two callers at once must not both make the record of a file.
    return await this.#locks.run("announce", async () => {
      const records = new Map<string, DocumentRecord>();
      const added: DocumentRecord[] = [];
      for (const file of files) {
        let known = await store.documents.findByPath(file);
        if (known?.attachment && attachment === false) {
          known = await store.documents.update(known.id, { attachment, addedAt: Date.now() });
          onRow(list.put(known));
        }
        if (!known) added.push(newRecord(file, attachment ?? false));
        records.set(file, known ?? added.at(-1)!);
      }
      if (added.length > 0) {
        await store.documents.insert(...added);
        for (const row of list.add(added)) onRow(row);
      }
      return records;
    });
  }

  /** One document, from its file's bytes to the published version. Failures are results. */
  async #take(
    announced: DocumentRecord,
    priority: Priority,
    onRow: (row: DocumentRow) => void = () => {},
  ): Promise<IngestResult> {
    const { store } = this.#options;
    let record = announced;
    let before = this.#pipeline.jobs.get(record.id);
    // What is being read may have changed since; whoever asks later asks for what is there now.
    while (before && !(before.stage === "waiting" && before.kind === "take")) {
      const wasEnding = before.signal.aborted;
      const ended = await before.done;
      // Whoever cancels a document means also those who were waiting for their turn with it.
      if (!wasEnding && ended.kind === "failed" && isCancelled(ended.error)) {
        return ingestResult(record, ended, 0);
      }
      before = this.#pipeline.jobs.get(record.id);
      record = (await store.documents.get(record.id)) ?? record;
    }
    const job = this.#enqueue(record, "take", priority);
    job.watch(onRow);
    return ingestResult(record, await job.done, job.ms);
  }

  #enqueue(record: DocumentRecord, kind: IngestJob["kind"], priority: Priority): IngestJob {
    const isNew = !this.#pipeline.jobs.has(record.id);
    const job = this.#pipeline.add(record, kind, priority);
    if (isNew) this.#overview.add(job);
    this.#ticking ??= setInterval(() => this.#tellOverview(), tellEveryMs);
    return job;
  }

  async #read(job: IngestJob, pass: () => Promise<void>): Promise<Read> {
    const { store, index: passages, onRefused } = this.#options;
    const { pdfjsDir, readerEntry, recognizer } = this.#options;
    const { signal, progress } = job;
    const record = await store.documents.get(job.id);
    if (!record) throw documentMissing();
    job.record = record;
    if (job.kind === "rebuild") {
      const target = await passages.open(signal);
      return { kind: "read", ...(await readForRebuild(record, store, target)) };
    }
    return await readDocument(record, {
      store,
      passages,
      pdfjsDir,
      readerEntry,
      recognizer,
      onRefused,
      signal,
      password: this.#passwords.get(record.id),
      progress,
      pass,
    });
  }

  async #settled(job: IngestJob, outcome: Outcome): Promise<void> {
    const { list } = this.#options;
    this.#overview.settle(job);
    if (outcome.kind === "failed") {
      await this.#fail(job, outcome.error);
      return;
    }
    if (outcome.kind === "moved") list.remove(job.id);
    if (outcome.kind !== "unchanged") job.tell(list.put(outcome.record));
  }

  async #fail(job: IngestJob, error: unknown): Promise<void> {
    const { store, list, index } = this.#options;
    const ending = this.#end.signal.aborted;
    // What the end of the engine kept from its turn waits for the next one.
    if (ending && job.begunAt === 0) return;
    const cancelled = isCancelled(error);
    const current = await store.documents.get(job.id);
    // Removed meanwhile: there is no row to write to, and what was written to the index goes.
    if (!current) {
      if (!ending && index.stamp() !== undefined) {
        const open = await index.open();
        await open.index.removeDocument(job.id);
      }
      return;
    }
    // What the end of the engine cut off is gone on with by the next one.
    if (!ending && job.kind === "take") {
      const hasParts = (await store.jobs.get(job.id)) !== undefined;
      if (hasParts) await store.jobs.forgetTries(job.id, 0);
      if (hasParts && index.stamp() !== undefined) {
        const open = await index.open().catch(() => undefined);
        await open?.index.removeDocument(job.id, keepPublished(job.record));
      }
    }
    const hasOlder = job.record.version > 0;
    // By size and dates a watched folder knows that this is what could not be read.
    const isOfFile = cancelled || toErrorData(error).code.startsWith("file-");
    const state =
      hasOlder || ending || !isOfFile ? {} : await stateOfFile(job.record.path).catch(() => ({}));
    const record = await store.documents.update(job.id, {
      ...state,
      status: hasOlder ? "ready" : ending ? "queued" : cancelled ? "interrupted" : "failed",
      stage: hasOlder ? "done" : "waiting",
      done: 0,
      total: 0,
      error: cancelled || ending ? undefined : toErrorData(error),
    });
    job.tell(list.put(record));
  }

  #tellOverview(): void {
    const { paused, jobs } = this.#pipeline;
    const progress = this.#overview.show(jobs, paused);
    this.#options.list.showWork(paused, progress);
    if (progress) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }
}
