import { lstat, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import type { MoveJournal, MovedFile } from "./moveJournal.ts";
import { unfinishedName } from "./placeCopy.ts";

/**
 * Removes the files of a move from one of its two folders. A file goes only where the other folder surely
 * has it, and the old one is as it was: by whatever mistake this is called, no model is lost by it.
 *
 * @param onStep told before each change on the disk
 * @returns the files that another program holds: they are still there
 */
export async function removeTwins(
  place: "from" | "to",
  journal: MoveJournal,
  onStep: (step: string) => void,
): Promise<MovedFile[]> {
  const held: MovedFile[] = [];
  const files = journal.files.filter(({ made }) => place === "from" || made);
  for (const file of files) {
    const target = path.join(journal.to, file.relative);
    const here = path.join(journal[place], file.relative);
    if (place === "to") await rm(unfinishedName(target), { force: true });
    const isDouble =
      (await isAsNoted(path.join(journal.from, file.relative), file, true)) &&
      (await isAsNoted(target, file, false));
    if (!isDouble) continue;
    onStep(`remove ${file.relative}`);
    try {
      await rm(here);
    } catch {
      // Windows keeps a file that is in use.
      held.push(file);
    }
  }
  await removeEmptyFolders(journal[place], files);
  return held;
}

async function isAsNoted(file: string, noted: MovedFile, isOld: boolean): Promise<boolean> {
  const info = await lstat(file).catch(() => null);
  if (info === null) return false;
  if (noted.isLink) return info.isSymbolicLink();
  const isSame = info.isFile() && info.size === noted.bytes;
  return isSame && (!isOld || info.mtimeMs === noted.mtimeMs);
}

async function removeEmptyFolders(folder: string, files: readonly MovedFile[]): Promise<void> {
  const folders = new Set<string>();
  for (const { relative } of files) {
    for (let at = path.dirname(relative); at !== "."; at = path.dirname(at)) folders.add(at);
  }
  const deepestFirst = [...folders].toSorted((a, b) => b.length - a.length);
  // One that holds something else stays.
  for (const name of deepestFirst) await rmdir(path.join(folder, name)).catch(() => {});
}
