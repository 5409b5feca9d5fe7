import type { Table } from "@lancedb/lancedb";
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { DocumentId } from "../../contract/ids.ts";
import { quoted } from "./readRows.ts";

/** The upper half of a row's id is the number of its fragment. */
export const rowIdsPerFragment = 2 ** 32;
/** Every eighth row: more than the tenth from which on compaction rewrites a fragment. */
const movedOf = 8;

/**
 * Has the next compaction rewrite every fragment that has removed rows. By itself it leaves one as it is,
 * with all that its removed rows held, while they are no more than a tenth. So every eighth row of such a
 * fragment is moved to a new one. That is one atomic change: no search sees it, and wherever the
 * process ends there is each row once.
 *
 * Which fragments have removed rows is read off the names of their deletion files (Lance table format:
 * `_deletions/<fragment>-<version>-<id>`). One of an older state of the table may name a fragment that is
 * gone, or that has none any more; that costs a little and harms nothing.
 *
 * @param dir the folder that holds the table's folder.
 */
export async function loosenRemovedRows(table: Table, dir: string): Promise<void> {
  const fragments = await fragmentsWithDeletions(path.join(dir, `${table.name}.lance`));
  if (fragments.length === 0) return;
  await table.update({
    where: `_rowid % ${movedOf} = 0 AND _rowid / ${rowIdsPerFragment} IN (${fragments.join(", ")})`,
    valuesSql: { version: "version" },
  });
}

async function fragmentsWithDeletions(tableFolder: string): Promise<number[]> {
  const names = await readdir(path.join(tableFolder, "_deletions")).catch((error: unknown) => {
    // Nothing was ever removed.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  const numbers = names.flatMap((name) => /^(\d+)-/.exec(name)?.[1] ?? []).map(Number);
  return [...new Set(numbers)];
}

/** A document that goes, but for some of its versions. */
export interface DocumentRemoval {
  readonly documentId: DocumentId;
  readonly keepVersions: readonly number[];
}

export function removalFilter(removals: readonly DocumentRemoval[]): string {
  const conditions = removals.map(({ documentId, keepVersions }) => {
    const kept = keepVersions.map((version) => ` AND version != ${Math.trunc(version)}`);
    return `(documentId = ${quoted(documentId)}${kept.join("")})`;
  });
  return conditions.join(" OR ");
}
