import { open } from "node:fs/promises";
import path from "node:path";

/** Writes a file and returns when it is on the disk. */
export async function writeDurably(file: string, content: string): Promise<void> {
  const handle = await open(file, "w");
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a rename in the folder of `file` survive a power cut. Windows has no such call for folders;
 * there its journal does it.
 */
export async function syncFolderOf(file: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path.dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
