import {
  Index,
  MatchQuery,
  type Connection,
  type Query,
  type Table,
  type VectorQuery,
} from "@lancedb/lancedb";
import type { Table as ArrowTable, Vector } from "apache-arrow";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError, cancelledError } from "../../contract/errors.ts";
import {
  chunkIdSchema,
  documentIdSchema,
  type ChunkId,
  type DocumentId,
} from "../../contract/ids.ts";
import type { EmbeddingFingerprint } from "./fingerprint.ts";
import { germanQueryStems } from "./german.ts";
import { isDamage, toIndexError } from "./indexErrors.ts";
import {
  createFullTextIndex,
  fullTextIndexName,
  listDocuments,
  moveAside,
  openTable,
  type IndexedDocument,
  type OpenedTable,
} from "./openTable.ts";
import { rowsToArrow, type IndexRow } from "./tableSchema.ts";

export type { IndexedDocument } from "./openTable.ts";
export type { IndexRow } from "./tableSchema.ts";

export interface VectorIndexOptions {
  /** The index folder; made if it is not there. */
  readonly dir: string;
  readonly fingerprint: EmbeddingFingerprint;
  /** Told when a damaged index was moved aside (code `index-damaged`). */
  readonly onNotice?: (error: HearthError) => void;
  /** Rows from which on vectors get an approximate index. Below, every vector is compared. */
  readonly approximateFromRows?: number;
}

export interface IndexHit {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  readonly version: number;
  /** BM25 for keyword search, cosine similarity (-1 to 1) for vector search. Higher is better. */
  readonly score: number;
  /** The chunk's vector as it was added, where the search was asked for vectors. */
  readonly vector?: Float32Array;
}

export interface IndexSearchOptions {
  readonly limit: number;
  /** Only chunks of these documents. An empty list finds nothing. */
  readonly documentIds?: readonly DocumentId[];
  /** Each hit comes with its vector. */
  readonly withVectors?: boolean;
  readonly signal?: AbortSignal;
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
const approximateFromRows = 200_000;

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
  readonly #approximateFromRows: number;
  #writes: Promise<unknown> = Promise.resolve();
  #operations = 0;
  #closed = false;

  private constructor(opened: OpenedTable, options: VectorIndexOptions, needsRebuild: boolean) {
    this.dir = options.dir;
    this.#connection = opened.connection;
    this.#table = opened.table;
    this.#dimensions = options.fingerprint.dimensions;
    this.#approximateFromRows = options.approximateFromRows ?? approximateFromRows;
    this.needsRebuild = needsRebuild;
  }

  /**
   * Opens the table of a fingerprint, or makes it. A folder that cannot be read is renamed to
   * `<dir>.damaged-<n>`, reported through `onNotice`, and an empty index takes its place.
   *
   * @throws HearthError `home-unusable`, `disk-full` or `unavailable` if the machine is at fault.
   */
  static async open(options: VectorIndexOptions): Promise<VectorIndex> {
    try {
      const opened = await openTable(options.dir, options.fingerprint);
      return new VectorIndex(opened, options, opened.created);
    } catch (error) {
      const known = toIndexError(error, "opening it");
      if (!isDamage(known)) throw known;
      const movedTo = await moveAside(options.dir);
      options.onNotice?.(
        new HearthError(
          {
            code: "index-damaged",
            title: "The search index was damaged and is being built again.",
            cause: `${known.reason} The damaged files were moved to ${movedTo}.`,
            suggestion:
              "Nothing of yours is lost. Documents can be searched again as each is indexed.",
          },
          { cause: error },
        ),
      );
      try {
        return new VectorIndex(await openTable(options.dir, options.fingerprint), options, true);
      } catch (second) {
        throw toIndexError(second, "making a new one");
      }
    }
  }

  /** Adds rows. They can be found as soon as this resolves. Adding a chunk twice stores it twice. */
  async add(rows: readonly IndexRow[], options: { signal?: AbortSignal } = {}): Promise<void> {
    for (let from = 0; from < rows.length; from += rowsPerWrite) {
      throwIfAborted(options.signal);
      const part = rowsToArrow(rows.slice(from, from + rowsPerWrite), this.#dimensions);
      await this.#write("adding to it", () => this.#table.add(part));
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
  async removeDocuments(
    removals: readonly { documentId: DocumentId; keepVersions: readonly number[] }[],
  ): Promise<void> {
    for (let from = 0; from < removals.length; from += documentsPerRemoval) {
      const conditions = removals
        .slice(from, from + documentsPerRemoval)
        .map(({ documentId, keepVersions }) => {
          const kept = keepVersions.map((version) => ` AND version != ${Math.trunc(version)}`);
          return `(documentId = ${quoted(documentId)}${kept.join("")})`;
        });
      await this.#write("removing documents", () => this.#table.delete(conditions.join(" OR ")));
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
  async vectorSearch(vector: Float32Array, options: IndexSearchOptions): Promise<IndexHit[]> {
    if (vector.length !== this.#dimensions || !vector.every(Number.isFinite)) {
      throw new HearthError({
        code: "bad-input",
        title: "The question's vector does not fit this index.",
        cause: `It has ${vector.length} numbers, the index holds ${this.#dimensions}.`,
        suggestion: "Rebuild the index with the embedding model that is in use now.",
      });
    }
    if (vector.every((value) => value === 0)) return [];
    const search = this.#table
      .query()
      .nearestTo(vector)
      .distanceType("cosine")
      // Without these an approximate index misses more than half of the true neighbours.
      .nprobes(40)
      .refineFactor(10);
    return this.#run(search, "_distance", (distance) => 1 - distance, options);
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
   * Compacts small files, drops old states and brings the full-text index up to date, if enough has
   * changed since the last time. Call it after an ingest and when idle.
   *
   * @returns whether there was anything to do.
   */
  async optimize(options: { force?: boolean } = {}): Promise<boolean> {
    return this.#write("tidying it", async () => {
      const { numRows, fragmentStats } = await this.#table.stats();
      const fullText = await this.#table.indexStats(fullTextIndexName);
      const due =
        options.force === true ||
        this.#operations >= compactFromOperations ||
        fragmentStats.numSmallFragments >= compactFromFragments ||
        (fullText?.numUnindexedRows ?? 0) >= indexFromRows;
      if (!due) return false;
      await this.#table.optimize({ cleanupOlderThan: new Date(Date.now() - keepVersionsMs) });
      if (numRows >= this.#approximateFromRows) await this.#ensureApproximateIndex();
      this.#operations = 0;
      return true;
    });
  }

  /**
   * Takes removed rows off the disk, also out of the full-text index and out of older states of the
   * table. Searches that have begun before come to their end.
   */
  async erase(signal: AbortSignal): Promise<void> {
    await this.#write("erasing what was removed", async () => {
      await this.#table.optimize();
      await createFullTextIndex(this.#table);
    });
    const since = Date.now();
    await sleep(longestSearchMs, undefined, { signal });
    await this.#write("erasing what was removed", () =>
      this.#table.optimize({ cleanupOlderThan: new Date(since) }),
    );
  }

  /** Drops the tables of all other fingerprints. */
  async removeOtherTables(): Promise<void> {
    await this.#write("dropping older tables", async () => {
      for (const name of await this.#connection.tableNames()) {
        if (name !== this.#table.name) await this.#connection.dropTable(name);
      }
    });
  }

  /** Waits for writes under way, then lets go of the files. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // A failed write has been reported to whoever asked for it.
    await this.#writes.catch(() => undefined);
    this.#table.close();
    this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ensureApproximateIndex(): Promise<void> {
    // The kind of index that is both quick to build and exact enough needs whole bytes of bits.
    if (this.#dimensions % 8 !== 0) return;
    const indices = await this.#table.listIndices();
    if (indices.some((index) => index.columns.includes("vector"))) return;
    await this.#table.createIndex("vector", { config: Index.ivfRq({ distanceType: "cosine" }) });
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
        .select(["chunkId", "documentId", "version", scoreColumn, ...(vectors ? ["vector"] : [])])
        .limit(options.limit);
      if (options.documentIds) limited.where(documentFilter(options.documentIds));
      return readHits(await limited.toArrow(), scoreColumn, toScore);
    });
    throwIfAborted(options.signal);
    return hits;
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

function readHits(
  table: ArrowTable,
  scoreColumn: string,
  toScore: (value: number) => number,
): IndexHit[] {
  const chunkIds = table.getChild("chunkId");
  const documentIds = table.getChild("documentId");
  const versions = table.getChild("version");
  const scores = table.getChild(scoreColumn);
  const vectors = table.getChild("vector");
  const hits: IndexHit[] = [];
  for (let row = 0; row < table.numRows; row += 1) {
    hits.push({
      chunkId: chunkIdSchema.parse(chunkIds?.get(row)),
      documentId: documentIdSchema.parse(documentIds?.get(row)),
      version: Number(versions?.get(row)),
      score: toScore(Number(scores?.get(row))),
      ...(vectors ? { vector: readVector(vectors, row) } : {}),
    });
  }
  // Equal scores in a fixed order: the same question gives the same answer.
  return hits.sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1));
}

function readVectors(rows: ArrowTable, dimensions: number): Map<ChunkId, Float32Array> {
  const chunkIds = rows.getChild("chunkId");
  const vectors = rows.getChild("vector");
  const found = new Map<ChunkId, Float32Array>();
  for (let row = 0; row < rows.numRows; row += 1) {
    const vector = vectors ? readVector(vectors, row) : undefined;
    if (vector?.length === dimensions) found.set(chunkIdSchema.parse(chunkIds?.get(row)), vector);
  }
  return found;
}

function readVector(column: Vector, row: number): Float32Array {
  const values: unknown = column.get(row)?.toArray();
  // A copy: what the table lends would keep all of it in memory.
  return values instanceof Float32Array ? values.slice() : new Float32Array();
}

function documentFilter(documentIds: readonly DocumentId[]): string {
  return `documentId IN (${[...new Set(documentIds)].map(quoted).join(", ")})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function guarded<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toIndexError(error, doing);
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelledError();
}
