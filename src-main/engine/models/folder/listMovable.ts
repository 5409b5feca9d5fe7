import { lstat, readdir } from "node:fs/promises";
import path from "node:path";

/** One file of a model folder that goes with it when it is moved. */
export interface Movable {
  /** Its path below the folder, with the system's separators. */
  readonly relative: string;
  /** A link is made anew in the new place; what it leads to stays where it is. */
  readonly isLink: boolean;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** Folders whose name begins with a dot are others', but for what Hearth has not finished. */
const unfinishedFolders: ReadonlySet<string> = new Set([".downloads", ".originals"]);
/** Models, what is known of them, and parts of them. */
const modelFile = /\.gguf(?:\.part)?(?:\.json)?$/iu;

/**
 * The models of a folder, the records beside them, and what has arrived of unfinished downloads. Files of
 * any other kind are not Hearth's, and Hearth's notes at the top stay in the home.
 *
 * @throws what the system says of a folder that cannot be read; one that is not there is empty
 */
export async function listMovable(folder: string): Promise<Movable[]> {
  const found: Movable[] = [];
  const open = [""];
  for (let at = 0; at < open.length; at++) {
    const below = open[at] ?? "";
    const isUnfinished = unfinishedFolders.has(below.split(path.sep)[0] ?? "");
    for (const entry of await entriesOf(path.join(folder, below), below === "")) {
      const relative = path.join(below, entry.name);
      if (entry.isDirectory()) {
        const isOurs = isUnfinished || !entry.name.startsWith(".");
        if (isOurs || (below === "" && unfinishedFolders.has(entry.name))) open.push(relative);
        continue;
      }
      // The list of downloads is a note; what it names lies in folders of its own.
      const isWanted = isUnfinished
        ? below !== ".downloads"
        : modelFile.test(entry.name) && !entry.name.startsWith(".");
      if (!isWanted || !(entry.isFile() || entry.isSymbolicLink())) continue;
      const { size, mtimeMs } = await lstat(path.join(folder, relative));
      const isLink = entry.isSymbolicLink();
      found.push({ relative, isLink, bytes: isLink ? 0 : size, mtimeMs });
    }
  }
  return found.toSorted((a, b) => (a.relative < b.relative ? -1 : 1));
}

async function entriesOf(folder: string, isRoot: boolean) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isRoot && isAbsent) return [];
    throw error;
  }
}
