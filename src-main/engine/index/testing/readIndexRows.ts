import fs from "node:fs/promises";
import path from "node:path";
import { connect } from "@lancedb/lancedb";

export interface StoredIndexRow {
  readonly chunkId: string;
  readonly documentId: string;
  readonly version: number;
}

/**
 * Every row that lies in a home's index folder, read past the engine. For tests; no engine may have
 * the home open.
 */
export async function readIndexRows(home: string): Promise<StoredIndexRow[]> {
  const folder = path.join(home, "index");
  const rows: StoredIndexRow[] = [];
  for (const name of await fs.readdir(folder)) {
    if (name.includes(".damaged-")) continue;
    const connection = await connect(path.join(folder, name));
    for (const tableName of await connection.tableNames()) {
      const table = await connection.openTable(tableName);
      for (const row of await table
        .query()
        .select(["chunkId", "documentId", "version"])
        .toArray()) {
        const { chunkId, documentId, version } = row as StoredIndexRow;
        rows.push({ chunkId, documentId, version });
      }
      table.close();
    }
    connection.close();
  }
  return rows;
}
