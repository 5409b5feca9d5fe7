import type { Table as ArrowTable, Vector } from "apache-arrow";
import { chunkIdSchema, type ChunkId, type DocumentId } from "../../contract/ids.ts";

/** What a search gives. Each column costs it a read; the document store knows the rest. */
export interface IndexHit {
  readonly chunkId: ChunkId;
  readonly version: number;
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
  const versions = table.getChild("version");
  const scores = table.getChild(scoreColumn);
  const vectors = table.getChild("vector");
  const hits: IndexHit[] = [];
  for (let row = 0; row < table.numRows; row += 1) {
    hits.push({
      chunkId: chunkIdSchema.parse(chunkIds?.get(row)),
      version: Number(versions?.get(row)),
      score: toScore(Number(scores?.get(row))),
      ...(vectors ? { vector: readVector(vectors, row) } : {}),
    });
  }
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
  return found;
}

/** The rows that have a vector of the right length, with a copy of it. */
export function* eachVector(
  rows: ArrowTable,
  dimensions: number,
): Generator<[row: number, vector: Float32Array]> {
  const vectors = rows.getChild("vector");
  for (let row = 0; row < rows.numRows; row += 1) {
    const vector = vectors ? readVector(vectors, row) : undefined;
    if (vector?.length === dimensions) yield [row, vector];
  }
}

function readVector(column: Vector, row: number): Float32Array {
  const values: unknown = column.get(row)?.toArray();
  // A copy: what the table lends would keep all of it in memory.
  return values instanceof Float32Array ? values.slice() : new Float32Array();
}

export function documentFilter(documentIds: readonly DocumentId[]): string {
  return `documentId IN (${[...new Set(documentIds)].map(quoted).join(", ")})`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
