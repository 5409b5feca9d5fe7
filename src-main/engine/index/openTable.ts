import { mkdir, rename, stat } from "node:fs/promises";
import {
  Index,
  MatchQuery,
  Session,
  connect,
  type Connection,
  type FtsOptions,
  type Table,
} from "@lancedb/lancedb";
import { HearthError } from "../../contract/errors.ts";
import { documentIdSchema, type DocumentId } from "../../contract/ids.ts";
import { tableNameFor, type EmbeddingFingerprint } from "./fingerprint.ts";
import { chunkSchema } from "./tableSchema.ts";

/** How text is cut into terms, for passages and for queries alike. */
export const keywordAnalysis = {
  // Nothing asks for phrases. With positions, compaction after the removal of a fifth of 100,000 long
  // passages asked for 37 GB at once, which ends the process.
  withPosition: false,
  baseTokenizer: "simple",
  language: "English",
  stem: true,
  removeStopWords: true,
  asciiFolding: true,
  lowercase: true,
  maxTokenLength: 64,
} as const satisfies Partial<FtsOptions>;

/** Holds the codes of the vectors ({@link ApproximateIndex} sees that they fit) and the words beside them. */
const indexCacheBytes = 512n * 1024n * 1024n;
const metadataCacheBytes = 128n * 1024n * 1024n;
export const fullTextIndexName = "text_idx";

export interface IndexedDocument {
  readonly documentId: DocumentId;
  readonly version: number;
  readonly chunks: number;
}

export interface OpenedTable {
  readonly connection: Connection;
  readonly table: Table;
  /** Holds the caches, and the bound on them. */
  readonly session: Session;
  readonly created: boolean;
}

/** Opens or makes the table of a fingerprint, and reads enough of it to know that it is whole. */
export async function openTable(
  dir: string,
  fingerprint: EmbeddingFingerprint,
): Promise<OpenedTable> {
  await mkdir(dir, { recursive: true });
  const session = new Session(indexCacheBytes, metadataCacheBytes);
  // Among the options: as an argument of its own the library drops it, and keeps up to 7 GB instead.
  const connection = await connect(dir, { session });
  try {
    const name = tableNameFor(fingerprint);
    if ((await connection.tableNames()).includes(name)) {
      const table = await connection.openTable(name);
      await checkReadable(table);
      return { connection, table, session, created: false };
    }
    const schema = chunkSchema(fingerprint.dimensions);
    const table = await connection.createEmptyTable(name, schema);
    await createFullTextIndex(table);
    return { connection, table, session, created: true };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Opening reads the manifest alone; this touches every data file and the full-text index. Rows are
 * counted, not fetched: of a million, that alone would take seconds and more memory than searching.
 */
async function checkReadable(table: Table): Promise<void> {
  await table.countRows("version >= 0");
  // Missing if the process ended between making the table and its index.
  if ((await table.indexStats(fullTextIndexName)) === undefined) await createFullTextIndex(table);
  await table.query().fullTextSearch(new MatchQuery("hearth", "text")).limit(1).toArrow();
}

/** Makes it from all rows that are there now, in place of the one before. */
export async function createFullTextIndex(table: Table): Promise<void> {
  await table.createIndex("text", {
    config: Index.fts(keywordAnalysis),
    name: fullTextIndexName,
  });
}

export async function listDocuments(table: Table): Promise<IndexedDocument[]> {
  const counts = new Map<string, IndexedDocument>();
  for await (const batch of table.query().select(["documentId", "version"])) {
    const ids = batch.getChild("documentId");
    const versions = batch.getChild("version");
    for (let row = 0; row < batch.numRows; row += 1) {
      const documentId = documentIdSchema.parse(ids?.get(row));
      const version = Number(versions?.get(row));
      const key = `${version}\u0000${documentId}`;
      const chunks = (counts.get(key)?.chunks ?? 0) + 1;
      counts.set(key, { documentId, version, chunks });
    }
  }
  return [...counts.values()];
}

/** Renames a folder to `<dir>.damaged-<n>` and returns that name. */
export async function moveAside(dir: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const target = `${dir}.damaged-${n}`;
    if (await exists(target)) continue;
    try {
      await rename(dir, target);
    } catch (error) {
      throw new HearthError(
        {
          code: "home-unusable",
          title: "The damaged search index could not be moved aside.",
          cause: error instanceof Error ? error.message : String(error),
          suggestion: "Check the rights of Hearth's home folder and start Hearth again.",
        },
        { cause: error },
      );
    }
    return target;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
