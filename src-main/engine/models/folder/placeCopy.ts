import { createHash } from "node:crypto";
import {
  link,
  lstat,
  mkdir,
  open,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../../../contract/errors.ts";
import { syncFolderOf } from "../download/durableFile.ts";
import { sha256OfFile } from "../download/sha256OfFile.ts";

const chunkBytes = 1024 * 1024;

/** What a file is called until it is whole and verified. */
export function unfinishedName(target: string): string {
  return `${target}.moving`;
}

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Told of bytes as they are copied, and again as they are read back. */
  readonly onBytes: (stage: "copying" | "verifying", bytes: number) => void;
  /** Whether a second name on the same disk is tried first; without it all bytes are copied. */
  readonly mayLink: boolean;
}

/**
 * Gives a file a second place. On the same disk it is a second name for the same bytes; elsewhere they are
 * copied, read back and compared by hash before the copy has its name. The source is only read.
 *
 * @throws HearthError `checksum-mismatch`, `cancelled`; else what the system says
 */
export async function placeCopy(
  source: string,
  target: string,
  options: CopyOptions,
): Promise<"linked" | "copied"> {
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  if (options.mayLink && (await isLinked(source, target))) {
    await syncFolderOf(target);
    return "linked";
  }
  const partial = unfinishedName(target);
  try {
    const wanted = await copyBytes(source, partial, options);
    const tell = bytesSince((bytes) => options.onBytes("verifying", bytes));
    if ((await sha256OfFile(partial, tell, options.signal)) !== wanted) throw wrongCopy(target);
    await rename(partial, target);
    await syncFolderOf(target);
    return "copied";
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** A link that leads to the same place, from wherever it lies. */
export async function placeLink(source: string, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  await symlink(path.resolve(path.dirname(source), await readlink(source)), target);
  await syncFolderOf(target);
}

/** Whether two files are alike: the same bytes, or links that lead to the same place. */
export async function areAlike(one: string, other: string, signal: AbortSignal): Promise<boolean> {
  const [first, second] = await Promise.all([lstat(one), lstat(other)]);
  if (first.isSymbolicLink() || second.isSymbolicLink()) {
    if (!first.isSymbolicLink() || !second.isSymbolicLink()) return false;
    const leads = async (file: string): Promise<string> =>
      path.resolve(path.dirname(file), await readlink(file));
    return (await leads(one)) === (await leads(other));
  }
  if (first.size !== second.size) return false;
  if (first.dev === second.dev && first.ino === second.ino) return true;
  const nobody = (): void => {};
  const hashes = [
    await sha256OfFile(one, nobody, signal),
    await sha256OfFile(other, nobody, signal),
  ];
  return hashes[0] === hashes[1];
}

async function isLinked(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
    return true;
  } catch (error) {
    // Another disk, or a file system without second names. A taken name is never written over.
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw error;
    return false;
  }
}

/** @returns the hash of what was read */
async function copyBytes(
  source: string,
  partial: string,
  { signal, onBytes }: CopyOptions,
): Promise<string> {
  const hash = createHash("sha256");
  const { atime, mtime } = await stat(source);
  const input = await open(source, "r");
  try {
    const output = await open(partial, "w", 0o600);
    try {
      const buffer = Buffer.allocUnsafe(chunkBytes);
      for (;;) {
        signal.throwIfAborted();
        const { bytesRead } = await input.read(buffer, 0, chunkBytes);
        if (bytesRead === 0) break;
        const piece = buffer.subarray(0, bytesRead);
        hash.update(piece);
        await output.writeFile(piece);
        onBytes("copying", bytesRead);
      }
      await output.sync();
    } finally {
      await output.close();
    }
  } finally {
    await input.close();
  }
  await utimes(partial, atime, mtime);
  return hash.digest("hex");
}

function bytesSince(tell: (bytes: number) => void): (total: number) => void {
  let before = 0;
  return (total) => {
    tell(total - before);
    before = total;
  };
}

function wrongCopy(target: string): HearthError {
  return new HearthError({
    code: "checksum-mismatch",
    title: `The copy of ${path.basename(target)} is not what was written.`,
    cause: "Read back from the new disk, it has other bytes.",
    suggestion: "Check that disk, or choose another. Your models are where they were.",
  });
}
