import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { isCancelled } from "../../contract/errors.ts";
import type { DocumentRecord, JobSource } from "../store/records.ts";
import type { Store } from "../store/Store.ts";
import { cannotOpen } from "./expandPaths.ts";

/** Bytes that are read at a time. */
const leastSlice = 4_096;
const mostSlice = 1024 * 1024;

export type FileState = Pick<JobSource, "bytes" | "mtimeMs" | "ctimeMs">;

export type Identified =
  /** What is published is what the file holds. */
  | { kind: "unchanged"; record: DocumentRecord }
  /** The file of another document, which is not where it was: that document has moved here. */
  | { kind: "moved"; record: DocumentRecord }
  | { kind: "changed"; source: JobSource };

/** @throws HearthError `file-missing`, `file-unreadable` */
export async function stateOfFile(file: string): Promise<FileState> {
  try {
    const { size, mtimeMs, ctimeMs } = await fs.stat(file);
    return { bytes: size, mtimeMs, ctimeMs };
  } catch (error) {
    throw cannotOpen(file, error);
  }
}

export function sameState(one: FileState, other: FileState): boolean {
  return (
    one.bytes === other.bytes && one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs
  );
}

/**
 * Tells whether a file has to be read. Its bytes are looked at only where size or one of its dates
 * differ from those of the last time.
 *
 * @param fingerprint of the embedder in use: what another one made cannot be searched
 */
export async function identifyFile(
  known: DocumentRecord,
  fingerprint: string,
  store: Store,
  signal: AbortSignal,
): Promise<Identified> {
  const state = await stateOfFile(known.path);
  const searchable = isSearchable(known, fingerprint);
  if (searchable && sameState(known, state)) return { kind: "unchanged", record: known };
  const sha256 = await hashFile(known.path, state.bytes, signal);
  if (searchable && known.sha256 === sha256) {
    return { kind: "unchanged", record: await store.documents.update(known.id, state) };
  }
  if (known.version === 0) {
    for (const candidate of await store.documents.findByHash(sha256)) {
      if (candidate.id === known.id || !isSearchable(candidate, fingerprint)) continue;
      // What belongs to a message must not become part of the library, nor the other way round.
      if (candidate.attachment !== known.attachment) continue;
      if (!(await isGone(candidate.path))) continue;
      const patch = { ...state, path: known.path, name: path.basename(known.path) };
      const record = await store.jobs.moveTo(candidate.id, patch, known.id);
      return { kind: "moved", record };
    }
  }
  return { kind: "changed", source: { ...state, sha256, fingerprint } };
}

function isSearchable(record: DocumentRecord, fingerprint: string): boolean {
  return record.status === "ready" && record.version > 0 && record.fingerprint === fingerprint;
}

/** Whether a file or folder is surely not where it was. */
export async function isGone(file: string): Promise<boolean> {
  try {
    await fs.stat(file);
    return false;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // A drive that does not answer is not a file that was moved.
    return code === "ENOENT" || code === "ENOTDIR";
  }
}

async function hashFile(file: string, bytes: number, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  // As many buffers as files would keep the garbage collector busy if all were large.
  const highWaterMark = Math.min(Math.max(bytes, leastSlice), mostSlice);
  try {
    await pipeline(createReadStream(file, { highWaterMark }), hash, { signal });
  } catch (error) {
    throw isCancelled(error) ? error : cannotOpen(file, error);
  }
  return hash.digest("hex");
}
