import {
  MatchQuery,
  type Connection,
  type Query,
  type Table,
  type VectorQuery,
} from "@lancedb/lancedb";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError, cancelledError } from "../../contract/errors.ts";
import type { ChunkId, DocumentId } from "../../contract/ids.ts";
import { ApproximateIndex } from "./ApproximateIndex.ts";
import type { EmbeddingFingerprint } from "./fingerprint.ts";
import { FreshRows } from "./FreshRows.ts";
import { germanQueryStems } from "./german.ts";
import { damageNotice, guarded, isDamage, toIndexError } from "./indexErrors.ts";
import {
  createFullTextIndex,
  fullTextIndexName,
  listDocuments,
  moveAside,
  openTable,
  type IndexedDocument,
  type OpenedTable,
} from "./openTable.ts";
import { documentFilter, quoted, readHits, readVectors, type IndexHit } from "./readRows.ts";
import { loosenRemovedRows, removalFilter, type DocumentRemoval } from "./removedRows.ts";
import type { SearchTuning } from "./searchTuning.ts";
import { rowsToArrow, wrongVector, type IndexRow } from "./tableSchema.ts";

export type { IndexedDocument } from "./openTable.ts";
export type { IndexHit } from "./readRows.ts";
export type { IndexRow } from "./tableSchema.ts";

export interface VectorIndexOptions {
  /** The index folder; made if it is not there. */
  readonly dir: string;
  readonly fingerprint: EmbeddingFingerprint;
  /** Told when a damaged index was moved aside (code `index-damaged`). */
  readonly onNotice?: (error: HearthError) => void;
  /**
   * With it the index renews its approximate part by itself, in the background: at first, and after each
   * {@link VectorIndex.optimize}. Told when that failed; searches are then as they were before.
   */
  readonly onFault?: (error: unknown) => void;
  /** Rows from which on vectors get an approximate index. Below, every vector is compared. */
  readonly approximateFromRows?: number;
}

export interface IndexSearchOptions {
  readonly limit: number;
  /** Only chunks of these documents. An empty list finds nothing. */
  readonly documentIds?: readonly DocumentId[];
  /** Each hit comes with its vector. */
  readonly withVectors?: boolean;
  readonly signal?: AbortSignal;
}

export interface VectorSearchOptions extends IndexSearchOptions {
  /** Compares every vector, whatever that costs. */
  readonly exact?: boolean;
}

const rowsPerWrite = 4_096;
/** A longer condition would nest too deep. */
const documentsPerRemoval = 100;
/** A query longer than this is cut: no sensible question is, and a pasted book would only stall. */
const maxQueryCharacters = 20_000;
const compactFromOperations = 20;
const compactFromFragments = 32;
const indexFromRows = 256;
/** No search takes longer; whatever one reads has to stay. */
const longestSearchMs = 3_000;
/** Older states of the table are kept this long, for queries that are still reading them. */
const keepVersionsMs = 10 * 60_000;
/** Measured with 384 dimensions on two cores: all compared 16 ms, by the index 6 ms. */
const approximateFromRows = 20_000;

/**
 * Vectors and full text of chunks on disk. Holds nothing that cannot be made again from the document
 * store, which also decides what a hit is worth: an index may hold chunks of older versions.
 *
 * Writes are queued one behind the other; reads go on meanwhile.
 */
export class VectorIndex implements AsyncDisposable {
  /**
   * True if the index began empty: it was damaged, or this fingerprint was never used here. The
   * caller then adds all chunks again.
   */
  readonly needsRebuild: boolean;
  /** The index folder. */
  readonly dir: string;
  readonly #connection: Connection;
  readonly #table: Table;
  readonly #dimensions: number;
  readonly #approximate: ApproximateIndex;
  readonly #fresh: FreshRows;
  readonly #onFault: VectorIndexOptions["onFault"];
  readonly #end = new AbortController();
  #writes: Promise<unknown> = Promise.resolve();
  /** Compaction and builds of the approximate index, which must not overlap. */
  #upkeep: Promise<unknown> = Promise.resolve();
  #refresh: AbortController | undefined;
  #renewing: Promise<void> | undefined;
  #operations = 0;
  #closed = false;

  private constructor(
    opened: OpenedTable,
    approximate: ApproximateIndex,
    options: VectorIndexOptions,
    needsRebuild: boolean,
  ) {
    this.dir = options.dir;
    this.#connection = opened.connection;
    this.#table = opened.table;
    this.#dimensions = options.fingerprint.dimensions;
    this.#approximate = approximate;
    this.#fresh = new FreshRows(opened.table, options.onFault);
    this.#onFault = options.onFault;
    this.needsRebuild = needsRebuild;
    this.#renew();
  }

  /**
   * Opens the table of a fingerprint, or makes it. A folder that cannot be read is renamed to
   * `<dir>.damaged-<n>`, reported through `onNotice`, and an empty index takes its place.
   *
   * @throws HearthError `home-unusable`, `disk-full` or `unavailable` if the machine is at fault.
   */
  static async open(options: VectorIndexOptions): Promise<VectorIndex> {
    try {
      return await VectorIndex.#open(options);
    } catch (error) {
      const known = toIndexError(error, "opening it");
      if (!isDamage(known)) throw known;
      const movedTo = await moveAside(options.dir);
      options.onNotice?.(damageNotice(known, movedTo));
      try {
        return await VectorIndex.#open(options);
      } catch (second) {
        throw toIndexError(second, "making a new one");
      }
    }
  }

  static async #open(options: VectorIndexOptions): Promise<VectorIndex> {
    const opened = await openTable(options.dir, options.fingerprint);
    const approximate = await ApproximateIndex.open(opened.table, {
      dimensions: options.fingerprint.dimensions,
      fromRows: options.approximateFromRows ?? approximateFromRows,
    });
    return new VectorIndex(opened, approximate, options, opened.created);
  }

  /** How the approximate index is searched; undefined while every vector is compared. */
  get tuning(): SearchTuning | undefined {
    return this.#approximate.tuning;
  }

  /** Adds rows. They can be found as soon as this resolves. Adding a chunk twice stores it twice. */
  async add(rows: readonly IndexRow[], options: { signal?: AbortSignal } = {}): Promise<void> {
    for (let from = 0; from < rows.length; from += rowsPerWrite) {
      throwIfAborted(options.signal);
      const part = rowsToArrow(rows.slice(from, from + rowsPerWrite), this.#dimensions);
      await this.#write("adding to it", async () => {
        await this.#table.add(part);
        // Which rows an index that is being built will hold is settled already.
        await this.#fresh.added(part.numRows, { join: !this.#refresh });
      });
    }
  }

  /** Removes all versions of a document but those that are named. */
  async removeDocument(
    documentId: DocumentId,
    options: { keepVersions?: readonly number[] } = {},
  ): Promise<void> {
    await this.removeDocuments([{ documentId, keepVersions: options.keepVersions ?? [] }]);
  }

  /** As {@link removeDocument}, for many documents at once. */
  async removeDocuments(removals: readonly DocumentRemoval[]): Promise<void> {
    for (let from = 0; from < removals.length; from += documentsPerRemoval) {
      const removed = removalFilter(removals.slice(from, from + documentsPerRemoval));
      await this.#write("removing documents", () => this.#table.delete(removed));
    }
  }

  /**
   * Chunks that hold words of the query, best first by BM25. Any text is a valid query: there are no
   * operators. Rows that were just added are found too.
   */
  async keywordSearch(query: string, options: IndexSearchOptions): Promise<IndexHit[]> {
    const text = query.slice(0, maxQueryCharacters).toWellFormed();
    const words = [text, ...germanQueryStems(text)].join(" ");
    const search = this.#table.query().fullTextSearch(new MatchQuery(words, "text"));
    return this.#run(search, "_score", (score) => score, options);
  }

  /** Chunks nearest to a vector, by cosine similarity. */
  async vectorSearch(vector: Float32Array, options: VectorSearchOptions): Promise<IndexHit[]> {
    if (vector.length !== this.#dimensions || !vector.every(Number.isFinite)) {
      throw wrongVector(vector.length, this.#dimensions);
    }
    if (vector.every((value) => value === 0)) return [];
    const search = this.#table.query().nearestTo(vector).distanceType("cosine");
    const { limit, exact = false } = options;
    const isFiltered = options.documentIds !== undefined;
    const prepared = this.#approximate.prepare(search, { limit, isFiltered, exact });
    return this.#run(prepared, "_distance", (distance) => 1 - distance, options);
  }

  /** The vectors of one version of a document, by chunk. */
  async vectorsOf(documentId: DocumentId, version: number): Promise<Map<ChunkId, Float32Array>> {
    return guarded("reading its vectors", async () => {
      const rows = await this.#table
        .query()
        .where(`documentId = ${quoted(documentId)} AND version = ${Math.trunc(version)}`)
        .select(["chunkId", "vector"])
        .toArrow();
      return readVectors(rows, this.#dimensions);
    });
  }

  /** Which documents are in the index, in which versions. */
  async documents(): Promise<IndexedDocument[]> {
    return guarded("listing its documents", () => listDocuments(this.#table));
  }

  async countRows(): Promise<number> {
    return guarded("counting its rows", () => this.#table.countRows());
  }

  /**
   * Compacts small files, drops old states and brings the indexes up to date, if enough has changed
   * since the last time. Call it after an ingest and when idle. While the approximate index is being
   * built it is put off until after, unless forced.
   *
   * @returns whether it was done.
   */
  async optimize(options: { force?: boolean } = {}): Promise<boolean> {
    const force = options.force === true;
    if (this.#refresh && !force) return false;
    const done = await this.#keepUp(() => this.#tidy(force));
    this.#renew();
    return done;
  }

  /**
   * Builds the approximate index and finds out how to search it, if the table has grown or changed
   * enough for that; else does nothing. Takes seconds for each 100,000 rows, and holds up neither
   * searches nor writes.
   *
   * @returns whether there was anything to do.
   * @throws HearthError `cancelled`, also where rows are being erased or the index is being closed.
   *   Searches are then as they were before.
   */
  async refresh(options: { signal?: AbortSignal } = {}): Promise<boolean> {
    return this.#keepUp(async () => {
      const own = new AbortController();
      this.#refresh = own;
      const signals = [own.signal, this.#end.signal, ...(options.signal ? [options.signal] : [])];
      try {
        return await guarded("building its approximate index", () =>
          this.#approximate.refresh({
            signal: AbortSignal.any(signals),
            write: async (work) => {
              await this.#write("recording how to search it", work);
            },
          }),
        );
      } finally {
        this.#refresh = undefined;
      }
    });
  }

  /**
   * Takes removed rows off the disk, also out of the full-text index and out of older states of the
   * table. Searches that have begun before come to their end.
   */
  async erase(signal: AbortSignal): Promise<void> {
    this.#refresh?.abort();
    await this.#keepUp(async () => {
      await this.#write("erasing what was removed", async () => {
        this.#fresh.forget();
        await loosenRemovedRows(this.#table, this.dir);
        // Made before compaction, which joins only what is in the same indexes.
        await createFullTextIndex(this.#table);
        await this.#table.optimize();
      });
      const since = Date.now();
      await sleep(longestSearchMs, undefined, { signal });
      // Also what killed writes left: no other write is under way.
      await this.#write("erasing what was removed", () =>
        this.#table.optimize({ cleanupOlderThan: new Date(since), deleteUnverified: true }),
      );
    });
    this.#renew();
  }

  /** Waits for writes under way, then lets go of the files. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#end.abort();
    await this.#renewing;
    // What failed has been reported to whoever asked for it.
    await this.#upkeep.catch(() => undefined);
    await this.#writes.catch(() => undefined);
    this.#table.close();
    this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #tidy(force: boolean): Promise<boolean> {
    return this.#write("tidying it", async () => {
      const { fragmentStats } = await this.#table.stats();
      const fullText = await this.#table.indexStats(fullTextIndexName);
      const due =
        force ||
        this.#operations >= compactFromOperations ||
        fragmentStats.numSmallFragments >= compactFromFragments ||
        (fullText?.numUnindexedRows ?? 0) >= indexFromRows;
      if (!due) return false;
      await this.#table.optimize({ cleanupOlderThan: new Date(Date.now() - keepVersionsMs) });
      this.#fresh.forget();
      this.#operations = 0;
      return true;
    });
  }

  /** Renews the approximate index in the background, where there is somebody to tell of faults. */
  #renew(): void {
    const onFault = this.#onFault;
    if (!onFault || this.#closed) return;
    this.#renewing ??= this.#refreshAll()
      .catch((error: unknown) => {
        // Erasing and closing cut it short; both see to it that it is done later.
        const isCancelled = error instanceof HearthError && error.code === "cancelled";
        if (!isCancelled && !this.#closed) onFault(error);
      })
      .finally(() => {
        this.#renewing = undefined;
      });
  }

  async #refreshAll(): Promise<void> {
    // What came in while it was built is compacted and indexed as well.
    while (await this.refresh()) await this.#keepUp(() => this.#tidy(false));
  }

  async #run(
    search: Query | VectorQuery,
    scoreColumn: string,
    toScore: (value: number) => number,
    options: IndexSearchOptions,
  ): Promise<IndexHit[]> {
    throwIfAborted(options.signal);
    if (options.documentIds?.length === 0) return [];
    const vectors = options.withVectors === true;
    const hits = await guarded("searching it", async () => {
      const limited = search
        .select(["chunkId", scoreColumn, ...(vectors ? ["vector"] : [])])
        .limit(options.limit);
      if (options.documentIds) limited.where(documentFilter(options.documentIds));
      return readHits(await limited.toArrow(), scoreColumn, toScore);
    });
    throwIfAborted(options.signal);
    return hits;
  }

  /** Runs what must not overlap with compaction. */
  async #keepUp<T>(work: () => Promise<T>): Promise<T> {
    // The one before has told its own caller.
    const result = this.#upkeep.catch(() => undefined).then(work);
    this.#upkeep = result;
    return result;
  }

  async #write<T>(doing: string, work: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      throw new HearthError({ code: "unavailable", title: "The search index is closed." });
    }
    const result = this.#writes
      // The one before has told its own caller.
      .catch(() => undefined)
      .then(() => guarded(doing, work));
    this.#writes = result;
    this.#operations += 1;
    return result;
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelledError();
}
