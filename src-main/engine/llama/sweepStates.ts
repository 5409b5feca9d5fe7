import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { mostStateAgeMs } from "./child/StateShelf.ts";

/**
 * Erases saved states of conversations that nobody came back to, of every model. A model that is not
 * loaded any more would keep them for ever.
 *
 * @param folder that `stateFolder` of the llama processes names; need not exist
 */
export async function sweepStates(folder: string, now: number = Date.now()): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const { mtimeMs } = await stat(file);
    if (now - mtimeMs > mostStateAgeMs) await rm(file, { force: true });
  }
}
