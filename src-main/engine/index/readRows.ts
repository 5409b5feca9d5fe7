import type { Data, Table as ArrowTable } from "apache-arrow";
import { chunkIdSchema, type ChunkId, type DocumentId } from "../../contract/ids.ts";

/** What a search gives. Each column costs it a read; the document store knows the rest. */
export interface IndexHit {
  /** The document store knows whether it is current: the id of a chunk is that of one version. */
  readonly chunkId: ChunkId;
  /** BM25 for keyword search, cosine similarity (-1 to 1) for vector search. Higher is better. */
  readonly score: number;
  /** The chunk's vector as it was added, where the search was asked for vectors. */
  readonly vector?: Float32Array;
}

export function readHits(
  table: ArrowTable,
  scoreColumn: string,
  toScore: (value: number) => number,
): IndexHit[] {
  const chunkIds = table.getChild("chunkId");
  const scores = table.getChild(scoreColumn);
  const vectors = readVectorColumn(table);
  const hits: IndexHit[] = [];
  for (let row = 0; row < table.numRows; row += 1) {
    const vector = vectors?.[row];
    hits.push({
      chunkId: chunkIdSchema.parse(chunkIds?.get(row)),
      score: toScore(Number(scores?.get(row))),
      ...(vector ? { vector } : {}),
    });
  }
  giveBack(table);
  // Equal scores in a fixed order: the same question gives the same answer.
  return hits.sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1));
}

/** Vectors by chunk, of a table with the columns `chunkId` and `vector`. */
export function readVectors(rows: ArrowTable, dimensions: number): Map<ChunkId, Float32Array> {
  const chunkIds = rows.getChild("chunkId");
  const found = new Map<ChunkId, Float32Array>();
  for (const [row, vector] of eachVector(rows, dimensions)) {
    found.set(chunkIdSchema.parse(chunkIds?.get(row)), vector);
  }
  giveBack(rows);
  return found;
}

/** The rows that have a vector of the right length, with a copy of it. */
export function* eachVector(
  rows: ArrowTable,
  dimensions: number,
): Generator<[row: number, vector: Float32Array]> {
  for (const [row, vector] of (readVectorColumn(rows) ?? []).entries()) {
    if (vector.length === dimensions) yield [row, vector];
  }
}

/**
 * The vectors of all rows, in order, as views of one copy for each batch: what the table lends would keep
 * all of it in memory, and a copy for each vector is garbage that is collected late.
 */
function readVectorColumn(table: ArrowTable): Float32Array[] | undefined {
  const column = table.getChild("vector");
  if (!column) return undefined;
  return column.data.flatMap((batch) => {
    const stride: unknown = batch.type.listSize;
    const values: unknown = batch.children[0]?.values;
    if (typeof stride !== "number" || !(values instanceof Float32Array)) return [];
    const copy = values.slice(batch.offset * stride, (batch.offset + batch.length) * stride);
    return Array.from({ length: batch.length }, (_, row) =>
      copy.subarray(row * stride, (row + 1) * stride),
    );
  });
}

/**
 * Frees what the library lends to a result, which must not be read after. It would be freed by itself, but
 * only by a full collection: of searches that read vectors, hundreds were kept in memory.
 */
function giveBack(table: ArrowTable): void {
  const lent = new Set(table.batches.flatMap(({ data }) => [...buffersOf(data)]));
  for (const buffer of lent) {
    // A smaller one may be a part of the pool that all of Node shares.
    if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
  }
}

function* buffersOf({ buffers, children }: Data): Generator<ArrayBufferLike> {
  for (const view of Object.values(buffers)) if (ArrayBuffer.isView(view)) yield view.buffer;
  for (const child of children) yield* buffersOf(child);
}

export function documentFilter(documentIds: readonly DocumentId[]): string {
  return `documentId IN (${[...new Set(documentIds)].map(quoted).join(", ")})`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
