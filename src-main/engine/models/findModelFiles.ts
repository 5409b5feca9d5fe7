import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { describeFileError } from "../../contract/describeFileError.ts";

export type FoundFile = {
  path: string;
  relativePath: string;
  bytes: number;
  mtimeMs: number;
  /** What it is called, where its file does not say. */
  name?: string;
  /** The folder that it was in, where that is not reachable now. */
  away?: string;
};

export type FolderScan = {
  files: FoundFile[];
  /** Folders that could not be read, with the system's word for why. */
  unreadable: { path: string; reason: string }[];
};

const maximumDepth = 6;
/** A user may name a whole disk; the scan then ends rather than walk it for minutes. */
const maximumFolders = 5000;
const skippedFolders = /^(?:\.|node_modules$|\$recycle\.bin$|system volume information$)/iu;

/**
 * Finds `.gguf` files below a folder, sorted by path. Links to files count, links to folders do
 * not, so there are no loops. Partial downloads end in `.part` and so are never found.
 */
export async function findModelFiles(root: string): Promise<FolderScan> {
  const scan: FolderScan = { files: [], unreadable: [] };
  const folders = [{ path: root, depth: 0 }];
  for (let index = 0; index < folders.length && index < maximumFolders; index++) {
    const folder = folders[index];
    if (folder === undefined) break;
    for (const entry of await entriesOf(folder.path, scan)) {
      const full = path.join(folder.path, entry.name);
      if (entry.isDirectory()) {
        const isWorthIt = folder.depth < maximumDepth && !skippedFolders.test(entry.name);
        if (isWorthIt) folders.push({ path: full, depth: folder.depth + 1 });
      } else if (/\.gguf$/iu.test(entry.name)) {
        await addFile(full, root, scan);
      }
    }
  }
  scan.files.sort((a, b) => (a.relativePath < b.relativePath ? -1 : 1));
  return scan;
}

async function entriesOf(folder: string, scan: FolderScan): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    scan.unreadable.push({ path: folder, reason: describeFileError(error, folder) });
    return [];
  }
}

async function addFile(file: string, root: string, scan: FolderScan): Promise<void> {
  try {
    const info = await stat(file);
    if (!info.isFile()) return;
    scan.files.push({
      path: file,
      relativePath: path.relative(root, file).split(path.sep).join("/"),
      bytes: info.size,
      mtimeMs: info.mtimeMs,
    });
  } catch (error) {
    // A dangling link, or a file deleted between the listing and now.
    scan.unreadable.push({ path: file, reason: describeFileError(error, file) });
  }
}
