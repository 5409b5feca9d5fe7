import { constants, createReadStream, createWriteStream } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { syncFolderOf } from "./durableFile.ts";

/**
 * Copies a file so that the target is either absent or whole, and on the disk. Where the file
 * system can share the blocks no bytes are copied.
 * @throws the signal's AbortError when it fires
 */
export async function installFile(
  source: string,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  const partial = `${target}.part`;
  try {
    if (!(await cloned(source, partial))) {
      await pipeline(
        createReadStream(source, { highWaterMark: 1024 * 1024 }),
        createWriteStream(partial),
        signal ? { signal } : {},
      );
    }
    const file = await open(partial, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, target);
    await syncFolderOf(target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function cloned(source: string, target: string): Promise<boolean> {
  return copyFile(source, target, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false,
  );
}
