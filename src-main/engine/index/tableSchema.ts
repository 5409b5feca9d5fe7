import {
  Field,
  FixedSizeList,
  Float32,
  Int32,
  Schema,
  Table,
  Utf8,
  Vector,
  makeData,
  vectorFromArray,
} from "apache-arrow";
import { HearthError } from "../../contract/errors.ts";
import type { ChunkId, DocumentId } from "../../contract/ids.ts";

/** One chunk as the index keeps it. */
export interface IndexRow {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  /** Which reading of the document the chunk belongs to. */
  readonly version: number;
  /** What keyword search looks at: the chunk's text, with its heading or title in front. */
  readonly text: string;
  /** As long as the fingerprint's `dimensions`; need not be normalised. */
  readonly vector: Float32Array;
}

export function chunkSchema(dimensions: number): Schema {
  return new Schema([
    new Field("chunkId", new Utf8(), false),
    new Field("documentId", new Utf8(), false),
    new Field("version", new Int32(), false),
    new Field("text", new Utf8(), false),
    new Field("vector", vectorType(dimensions), false),
  ]);
}

/**
 * Rows as one Arrow table, column by column: the library's own conversion looks at every value of
 * every row to guess its type.
 */
export function rowsToArrow(rows: readonly IndexRow[], dimensions: number): Table {
  const vectors = new Float32Array(rows.length * dimensions);
  rows.forEach((row, index) => {
    if (row.vector.length !== dimensions) {
      throw wrongVector(row.vector.length, dimensions);
    }
    vectors.set(row.vector, index * dimensions);
  });
  const values = makeData({
    type: new Float32(),
    length: vectors.length,
    nullCount: 0,
    data: vectors,
  });
  const lists = makeData({
    type: vectorType(dimensions),
    length: rows.length,
    nullCount: 0,
    child: values,
  });
  return new Table(chunkSchema(dimensions), {
    chunkId: strings(rows.map((row) => row.chunkId)),
    documentId: strings(rows.map((row) => row.documentId)),
    version: vectorFromArray(
      rows.map((row) => row.version),
      new Int32(),
    ),
    text: strings(rows.map((row) => row.text)),
    vector: new Vector([lists]),
  });
}

/** A vector that does not fit the index. */
export function wrongVector(length: number, dimensions: number): HearthError {
  return new HearthError({
    code: "bad-input",
    title: "A vector does not fit this index.",
    cause: `It has ${length} numbers, the index holds ${dimensions}; all have to be finite.`,
    suggestion: "Rebuild the index with the embedding model that is in use now.",
  });
}

function strings(values: readonly string[]): Vector<Utf8> {
  return vectorFromArray(values, new Utf8());
}

function vectorType(dimensions: number): FixedSizeList<Float32> {
  return new FixedSizeList(dimensions, new Field("item", new Float32(), true));
}
