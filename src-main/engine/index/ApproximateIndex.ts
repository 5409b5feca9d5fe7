import { Index, type Table, type VectorQuery } from "@lancedb/lancedb";
import { cancelledError } from "../../contract/errors.ts";
import { parseJson } from "../../contract/parseJson.ts";
import { eachVector } from "./readRows.ts";
import {
  chooseSetting,
  recallOf,
  searchTuningSchema,
  type SearchSetting,
  type SearchTuning,
} from "./searchTuning.ts";

export interface ApproximateIndexOptions {
  readonly dimensions: number;
  /** Rows from which on an index pays. */
  readonly fromRows: number;
}

export interface RefreshOptions {
  readonly signal: AbortSignal;
  /** Runs a short change of the table in order with all others. */
  readonly write: (work: () => Promise<unknown>) => Promise<void>;
}

/**
 * What is to be found of the true nearest, as many as a search that is joined with others reads. The
 * data decide what it takes.
 */
const targetRecall = 0.99;
const nearest = 100;
const sampledQuestions = 32;
/** Compared with every vector in one pass: reading them takes longer than comparing. */
const questionsPerScan = 16;
/** How far a sampled question lies from a stored vector towards another one: nobody asks in the words of a passage. */
const questionShare = 0.3;
/** Built again when the table has become so many times as large, or as small. */
const growth = 1.5;
const shrinkage = 0.5;
/** Each refresh adds a part for the new rows, and each part costs every search. */
const mostSegments = 8;
/** Below this share of `fromRows` an index is dropped again. */
const dropShare = 0.5;
/** Four bits a number need fewest whole vectors; the codes have to stay in memory. */
const finestBits = 4;
const mostCodeBytes = 240 * 1024 * 1024;
const rowsPerPartition = 4_096;
const metadataKey = "hearth:search-tuning";

/**
 * The approximate index over the vectors of a table (IVF_RQ): whether there is one, how it is searched,
 * and when it is made anew. Rows that were added since are compared one by one by the table itself.
 *
 * How to search it is measured against exact search on questions made of stored vectors, and kept in
 * the metadata of the table's vector column, so that it comes and goes with the table. An index without
 * such a record is not used.
 */
export class ApproximateIndex {
  readonly #table: Table;
  readonly #options: ApproximateIndexOptions;
  #tuning: SearchTuning | undefined;

  private constructor(table: Table, options: ApproximateIndexOptions) {
    this.#table = table;
    this.#options = options;
  }

  static async open(table: Table, options: ApproximateIndexOptions): Promise<ApproximateIndex> {
    const index = new ApproximateIndex(table, options);
    await index.#readTuning();
    return index;
  }

  /** How it is searched; undefined while every vector is compared. */
  get tuning(): SearchTuning | undefined {
    return this.#tuning;
  }

  /** Has a search use the index, if there is one that is known to be good enough. */
  prepare(
    search: VectorQuery,
    options: { limit: number; isFiltered: boolean; exact: boolean },
  ): VectorQuery {
    const tuning = this.#tuning;
    if (!tuning || options.exact) return search.bypassVectorIndex();
    const { limit, isFiltered } = options;
    if (!isFiltered) {
      return search.nprobes(tuning.nprobes).refineFactor(refineFactor(tuning.candidates, limit));
    }
    // What a filter leaves can lie in partitions that are far from the question. With all of them
    // looked through it is quicker than comparing even a few rows without the index. It was measured
    // without a filter, so there is something to spare.
    return search
      .nprobes(partitionsOf(tuning.rows))
      .refineFactor(refineFactor(2 * tuning.candidates, limit));
  }

  /**
   * Builds, tunes or drops the index, if the table has changed enough since the last time. Searches and
   * writes go on meanwhile; the table must not be compacted.
   *
   * @returns whether there was anything to do.
   * @throws HearthError `cancelled`. The table is then as good as before.
   */
  async refresh({ signal, write }: RefreshOptions): Promise<boolean> {
    // The kind of index that is both quick to build and exact enough needs whole bytes of bits.
    if (this.#options.dimensions % 8 !== 0) return false;
    const rows = await this.#table.countRows();
    const index = await this.#find();
    if (rows < this.#options.fromRows) {
      if (!index || rows >= this.#options.fromRows * dropShare) return false;
      await this.#record(undefined, write);
      await write(() => this.#table.dropIndex(index.name));
      return true;
    }
    const tuning = this.#tuning;
    const isFresh =
      index !== undefined &&
      tuning !== undefined &&
      rows <= tuning.rows * growth &&
      rows >= tuning.rows * shrinkage &&
      (index.numSegments ?? 1) <= mostSegments;
    if (isFresh) return false;
    const bits = bitsFor(rows, this.#options.dimensions);
    await this.#build(bits, partitionsOf(rows), signal);
    const setting = await this.#tune(rows, signal);
    await this.#record({ rows, bits, ...setting }, write);
    return true;
  }

  async #find() {
    return (await this.#table.listIndices()).find(({ columns }) => columns.includes("vector"));
  }

  async #build(bits: number, partitions: number, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const job = await this.#table.createIndexAsync("vector", {
      config: Index.ivfRq({ distanceType: "cosine", numBits: bits, numPartitions: partitions }),
    });
    const cancel = (): void => {
      // It fails then, which is told below.
      job.cancel().catch(() => undefined);
    };
    signal.addEventListener("abort", cancel, { once: true });
    try {
      await job.wait();
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  async #tune(
    rows: number,
    signal: AbortSignal,
  ): Promise<Pick<SearchTuning, "nprobes" | "candidates" | "recall">> {
    const questions = await this.#sampleQuestions(rows);
    const exact: number[][] = [];
    for (let from = 0; from < questions.length; from += questionsPerScan) {
      throwIfAborted(signal);
      exact.push(...(await this.#exactDistances(questions.slice(from, from + questionsPerScan))));
    }
    const measure = async (setting: SearchSetting): Promise<number[]> => {
      const recalls: number[] = [];
      for (const [at, question] of questions.entries()) {
        throwIfAborted(signal);
        const found = await this.#distances(question, (search) =>
          search
            .nprobes(setting.nprobes)
            .refineFactor(refineFactor(setting.candidates, nearest + 1)),
        );
        // The nearest is the vector that the question was made of, which nothing misses.
        recalls.push(recallOf(exact[at]?.slice(1) ?? [], found.slice(1)));
      }
      return recalls;
    };
    return await chooseSetting(partitionsOf(rows), targetRecall, measure);
  }

  /** Vectors between stored ones, the same each time for a table of the same size. */
  async #sampleQuestions(rows: number): Promise<Float32Array[]> {
    const offsets = spreadOffsets(rows, 2 * sampledQuestions);
    const taken = await this.#table.takeOffsets(offsets).select(["vector"]).toArrow();
    const vectors = [...eachVector(taken, this.#options.dimensions)].map(([, vector]) => vector);
    const half = Math.floor(vectors.length / 2);
    return vectors
      .slice(0, half)
      .map((vector, at) => between(vector, vectors[half + at] ?? vector, questionShare))
      .filter((vector) => vector.some((value) => value !== 0));
  }

  /** Distances of the nearest, ascending. */
  async #distances(
    question: Float32Array,
    prepare: (search: VectorQuery) => VectorQuery,
  ): Promise<number[]> {
    const search = this.#table.query().nearestTo(question).distanceType("cosine");
    const found = await prepare(search)
      .select(["_distance"])
      .limit(nearest + 1)
      .toArrow();
    return Array.from(found.getChild("_distance") ?? [], Number);
  }

  /** Distances of the true nearest to each question, ascending. */
  async #exactDistances(questions: readonly Float32Array[]): Promise<number[][]> {
    const [first, ...others] = questions;
    if (!first) return [];
    let search = this.#table.query().nearestTo(first);
    for (const question of others) search = search.addQueryVector(question);
    const found = await search
      .distanceType("cosine")
      .bypassVectorIndex()
      // Where there is one question alone, no column tells which.
      .select(others.length > 0 ? ["query_index", "_distance"] : ["_distance"])
      .limit(nearest + 1)
      .toArrow();
    const numbers = found.getChild("query_index");
    const distances = questions.map((): number[] => []);
    for (const [row, distance] of Array.from(found.getChild("_distance") ?? [], Number).entries()) {
      distances[Number(numbers?.get(row) ?? 0)]?.push(distance);
    }
    return distances.map((ofOne) => ofOne.sort((a, b) => a - b));
  }

  async #record(tuning: SearchTuning | undefined, write: RefreshOptions["write"]): Promise<void> {
    await write(() =>
      this.#table.updateFieldMetadata([
        {
          path: "vector",
          metadata: { [metadataKey]: tuning === undefined ? null : JSON.stringify(tuning) },
        },
      ]),
    );
    this.#tuning = tuning;
  }

  async #readTuning(): Promise<void> {
    const schema = await this.#table.schema();
    const field = schema.fields.find(({ name }) => name === "vector");
    const text = field?.metadata.get(metadataKey);
    if (text === undefined || !(await this.#find())) return;
    // One of another Hearth is measured anew.
    this.#tuning = searchTuningSchema.safeParse(parseJson(text)).data;
  }
}

/**
 * How many times as many rows as are asked for are compared by their whole vectors. Twice as many at
 * least: the last of a long list matter too where it is joined with another.
 */
function refineFactor(candidates: number, limit: number): number {
  return Math.max(2, Math.ceil(candidates / limit));
}

/** Offsets all over the table, none twice, in no order that documents have. */
function spreadOffsets(rows: number, count: number): number[] {
  const goldenShare = 0.618_033_988_75;
  const offsets = Array.from({ length: count }, (_, at) =>
    Math.floor((((at + 1) * goldenShare) % 1) * rows),
  );
  return [...new Set(offsets)];
}

function partitionsOf(rows: number): number {
  return Math.max(1, Math.round(rows / rowsPerPartition));
}

function bitsFor(rows: number, dimensions: number): number {
  for (let bits = finestBits; bits > 1; bits /= 2) {
    if ((rows * dimensions * bits) / 8 <= mostCodeBytes) return bits;
  }
  return 1;
}

function between(from: Float32Array, to: Float32Array, share: number): Float32Array {
  const a = 1 - share;
  return from.map((value, at) => a * value + share * (to[at] ?? 0));
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelledError();
}
