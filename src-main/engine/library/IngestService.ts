import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { DocumentRow, IngestResult, IngestStage } from "../../contract/documents.ts";
import { HearthError, isCancelled, toErrorData } from "../../contract/errors.ts";
import { chunkIdSchema, documentIdSchema, type DocumentId } from "../../contract/ids.ts";
import { KeyedLock } from "../core/KeyedLock.ts";
import type { ChunkRecord, DocumentRecord } from "../store/protocol.ts";
import type { Store } from "../store/Store.ts";
import { chunkPages } from "./chunks/chunkPages.ts";
import { DocumentList } from "./DocumentList.ts";
import { cannotOpen, expandPaths } from "./expandPaths.ts";
import { embedBatchSize, indexedText, type OpenIndex, type PassageIndex } from "./PassageIndex.ts";
import { packWords } from "./readers/packedWords.ts";
import { readFile } from "./readers/readFile.ts";
import type { ReadPage, ReadSummary } from "./readers/Reader.ts";

/** Pages are written to the store in groups of this many. */
const pagesPerWrite = 64;

export interface IngestServiceOptions {
  store: Store;
  index: PassageIndex;
  list: DocumentList;
  pdfjsDir: string;
  readerEntry: string;
  /** Told when a file was taken in or has failed, after its row says so. */
  onFinished?: (result: IngestResult) => void;
}

/**
 * Takes files into the library, one after the other: read, split, embed, index, then publish in one
 * step. Until that step nothing of a new version can be found, and after a crash it begins again.
 */
export class IngestService implements AsyncDisposable {
  readonly #options: IngestServiceOptions;
  readonly #queue = new KeyedLock();
  readonly #cancels = new Map<DocumentId, AbortController>();
  readonly #end = new AbortController();
  #background: Promise<unknown> = Promise.resolve();

  constructor(options: IngestServiceOptions) {
    this.#options = options;
  }

  /** Takes up again what an earlier engine did not finish, and rebuilds what the index lacks. */
  resume(): void {
    this.#background = this.#resumeAll().catch(() => {
      // Each document has its own failure in its row.
    });
  }

  async #resumeAll(): Promise<void> {
    const { store, index } = this.#options;
    if (index.stamp() === undefined) return;
    await this.#reindex();
    for (const record of await store.documents.unfinished()) {
      if (this.#end.signal.aborted) return;
      await this.#one(record.path, this.#end.signal, () => {});
    }
  }

  async ingest(
    paths: readonly string[],
    onRow: (row: DocumentRow) => void,
    signal: AbortSignal,
  ): Promise<IngestResult[]> {
    const files = await expandPaths(paths, signal);
    // Rows for all come first, so that the user sees at once what is to be done.
    for (const file of files) {
      if (!file.error) await this.#announce(file.path, onRow);
    }
    const results: IngestResult[] = [];
    for (const file of files) {
      if (file.error) {
        results.push(failed(null, file.path, 0, file.error));
        continue;
      }
      results.push(await this.#one(file.path, signal, onRow));
    }
    return results;
  }

  cancel(documentId: DocumentId): void {
    this.#cancels.get(documentId)?.abort();
  }

  async retry(documentId: DocumentId): Promise<void> {
    const record = await this.#options.store.documents.get(documentId);
    if (!record) throw documentMissing();
    void this.#one(record.path, this.#end.signal, () => {});
  }

  async remove(documentId: DocumentId): Promise<void> {
    this.cancel(documentId);
    await this.#queue.run("ingest", async () => {
      await this.#options.store.documents.remove(documentId);
      this.#options.list.remove(documentId);
      if (this.#options.index.stamp() !== undefined) {
        const { index } = await this.#options.index.open();
        await index.removeDocument(documentId);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    for (const controller of this.#cancels.values()) controller.abort();
    await this.#background;
    await this.#queue.run("ingest", async () => {});
  }

  async #announce(file: string, onRow: (row: DocumentRow) => void): Promise<DocumentRecord> {
    const { store, list } = this.#options;
    const known = await store.documents.findByPath(file);
    if (known) return known;
    const record: DocumentRecord = {
      id: documentIdSchema.parse(randomUUID()),
      name: path.basename(file),
      path: file,
      mediaType: "",
      bytes: 0,
      mtimeMs: 0,
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
  ): Promise<IngestResult> {
    return await this.#queue.run("ingest", async () => {
      const begun = performance.now();
      const known = await this.#announce(file, onRow);
      const controller = new AbortController();
      this.#cancels.set(known.id, controller);
      const signal = AbortSignal.any([outer, controller.signal, this.#end.signal]);
      let result: IngestResult;
      try {
        const taken = await this.#take(known, signal, onRow);
        result = {
          documentId: known.id,
          name: known.name,
          status: taken.unchanged ? "unchanged" : "ready",
          pages: taken.record.pages,
          chunks: taken.record.chunks,
          ms: performance.now() - begun,
        };
      } catch (error) {
        result = await this.#fail(known, error, performance.now() - begun, onRow);
      } finally {
        this.#cancels.delete(known.id);
      }
      this.#options.onFinished?.(result);
      return result;
    });
  }

  async #take(
    known: DocumentRecord,
    signal: AbortSignal,
    onRow: (row: DocumentRow) => void,
  ): Promise<{ record: DocumentRecord; unchanged: boolean }> {
    const { store, index: passages, list } = this.#options;
    const progress = new Progress(known, (record, rate) => onRow(list.put(record, rate)));
    signal.throwIfAborted();
    const stat = await fs.stat(known.path).catch((error: unknown) => {
      throw cannotOpen(known.path, error);
    });
    const target = await passages.open(signal);
    const searchable = await this.#isSearchable(known, target);
    if (searchable && known.mtimeMs === stat.mtimeMs && known.bytes === stat.size) {
      return { record: known, unchanged: true };
    }
    const sha256 = await hashFile(known.path, signal);
    if (searchable && known.sha256 === sha256) {
      const record = await store.documents.update(known.id, { mtimeMs: stat.mtimeMs });
      return { record, unchanged: true };
    }
    const version = known.version + 1;
    await store.documents.dropVersion(known.id, version);
    await store.documents.update(known.id, { status: "working", error: undefined });

    const read = await this.#read(known, version, progress, signal);
    progress.enter("splitting", read.pages.length);
    const chunks = chunkPages(read.pages, read.summary).map(
      ({ ordinal, page, text, context, parts, sentences, location }): ChunkRecord => ({
        id: chunkIdSchema.parse(`${known.id}:${version}:${ordinal}`),
        documentId: known.id,
        version,
        ordinal,
        page,
        text,
        context,
        parts,
        sentences,
        location,
      }),
    );
    await store.documents.putChunks(known.id, version, chunks);
    await this.#embed(chunks, target, progress, signal);

    progress.enter("indexing", 1);
    await target.index.optimize();
    const record = await store.documents.publish(known.id, version, {
      mediaType: read.summary.mediaType,
      bytes: stat.size,
      mtimeMs: stat.mtimeMs,
      sha256,
      stage: "done",
      done: chunks.length,
      total: chunks.length,
      pages: read.summary.paged ? read.summary.pageCount : null,
      chunks: chunks.length,
      fingerprint: target.stamp,
      error: undefined,
    });
    await target.index.removeDocument(known.id, { keepVersion: version });
    onRow(list.put(record));
    return { record, unchanged: false };
  }

  /** Whether the published version can be found with the embedder in use. */
  async #isSearchable(known: DocumentRecord, target: OpenIndex): Promise<boolean> {
    return known.status === "ready" && known.fingerprint === target.stamp && known.version > 0;
  }

  async #read(
    known: DocumentRecord,
    version: number,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<{ pages: ReadPage[]; summary: ReadSummary }> {
    const { store, pdfjsDir, readerEntry } = this.#options;
    const pages: ReadPage[] = [];
    let unsaved: ReadPage[] = [];
    const save = async (): Promise<void> => {
      const group = unsaved;
      unsaved = [];
      await store.documents.putPages(
        known.id,
        version,
        group.map(({ words, ...page }) => ({ ...page, words: packWords(words) })),
      );
    };
    progress.enter("reading", 0);
    const summary = await readFile(
      known.path,
      async (page, pageCount) => {
        pages.push(page);
        unsaved.push(page);
        progress.at(pages.length, pageCount);
        if (unsaved.length >= pagesPerWrite) await save();
      },
      { pdfjsDir, workerPath: readerEntry, signal },
    );
    await save();
    return { pages, summary };
  }

  async #embed(
    chunks: readonly ChunkRecord[],
    { index }: OpenIndex,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<void> {
    progress.enter("embedding", chunks.length);
    const group = embedBatchSize * 8;
    for (let from = 0; from < chunks.length; from += group) {
      signal.throwIfAborted();
      const part = chunks.slice(from, from + group);
      const vectors = await this.#options.index.embed(part.map(indexedText), {
        signal,
        onProgress: (done) => progress.at(from + done, chunks.length),
      });
      await index.add(
        part.map((chunk, at) => ({
          chunkId: chunk.id,
          documentId: chunk.documentId,
          version: chunk.version,
          text: indexedText(chunk),
          vector: vectors[at]!,
        })),
        { signal },
      );
    }
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
    await store.documents.dropVersion(known.id, known.version + 1);
    if (!ending && index.stamp() !== undefined) {
      const open = await index.open().catch(() => undefined);
      await open?.index.removeDocument(known.id, { keepVersion: known.version });
    }
    const hasOlder = known.version > 0;
    const record = await store.documents.update(known.id, {
      status: hasOlder ? "ready" : cancelled ? "interrupted" : "failed",
      stage: hasOlder ? "done" : "waiting",
      done: 0,
      total: 0,
      error: cancelled ? undefined : toErrorData(error),
    });
    onRow(list.put(record));
    const result = failed(known.id, known.path, ms, error);
    return cancelled ? { ...result, status: "cancelled" } : result;
  }

  /** Brings the index in step with the store: what one has and the other lacks. */
  async #reindex(): Promise<void> {
    const { store, index: passages, list } = this.#options;
    const target = await passages.open(this.#end.signal);
    const present = new Map<DocumentId, Set<number>>();
    for (const entry of await target.index.documents()) {
      const versions = present.get(entry.documentId) ?? new Set<number>();
      present.set(entry.documentId, versions.add(entry.version));
    }
    for (const ready of await store.documents.readyVersions()) {
      const versions = present.get(ready.documentId);
      present.delete(ready.documentId);
      if (versions?.has(ready.version) && ready.fingerprint === target.stamp) {
        if (versions.size > 1) {
          await target.index.removeDocument(ready.documentId, { keepVersion: ready.version });
        }
        continue;
      }
      await this.#queue.run("ingest", async () => {
        const record = await store.documents.get(ready.documentId);
        if (!record || this.#end.signal.aborted) return;
        await target.index.removeDocument(record.id);
        const chunks = await store.documents.chunksOf(record.id, ready.version);
        const progress = new Progress(record, (row, rate) => list.put(row, rate));
        await this.#embed(chunks, target, progress, this.#end.signal);
        list.put(await store.documents.update(record.id, { fingerprint: target.stamp }));
      });
    }
    // What is left belongs to documents that are gone or were never finished.
    for (const documentId of present.keys()) await target.index.removeDocument(documentId);
    await target.index.optimize();
  }
}

/** Tells how far the work on one document is, with the rate of the stage. */
class Progress {
  readonly #record: DocumentRecord;
  readonly #tell: (record: DocumentRecord, rate: number) => void;
  #stage: IngestStage = "waiting";
  #begun = performance.now();

  constructor(record: DocumentRecord, tell: (record: DocumentRecord, rate: number) => void) {
    this.#record = record;
    this.#tell = tell;
  }

  enter(stage: IngestStage, total: number): void {
    this.#stage = stage;
    this.#begun = performance.now();
    this.at(0, total);
  }

  at(done: number, total: number): void {
    const seconds = (performance.now() - this.#begun) / 1000;
    const { error: _error, ...record } = this.#record;
    this.#tell(
      { ...record, status: "working", stage: this.#stage, done, total },
      seconds > 0 ? done / seconds : 0,
    );
  }
}

async function hashFile(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash, { signal });
  } catch (error) {
    throw isCancelled(error) ? error : cannotOpen(file, error);
  }
  return hash.digest("hex");
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

export function documentMissing(): HearthError {
  return new HearthError({
    code: "not-found",
    title: "This document is not in the library any more.",
    suggestion: "Add it again if you need it.",
  });
}
