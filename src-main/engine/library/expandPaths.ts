import fs from "node:fs/promises";
import path from "node:path";
import { describeFileError } from "../../contract/describeFileError.ts";
import { HearthError } from "../../contract/errors.ts";
import { readableExtensions } from "./readers/fileTypes.ts";

/** Files of other kinds in a folder are passed over; a file that was named itself is always tried. */
const readable = new Set(readableExtensions.map((extension) => `.${extension}`));
/** Folders of what tools have fetched or made, thousands of files that nobody has written. */
const passedOver = new Set(["node_modules", "__pycache__", "site-packages", "bower_components"]);
const maxDepth = 32;

/** Whether a file or folder of this name is passed over in folders. */
export function isPassedOver(name: string): boolean {
  return name.startsWith(".") || passedOver.has(name);
}

/** Whether a file in a folder is of a kind that Hearth reads, by its name. */
export function isReadable(file: string): boolean {
  return readable.has(path.extname(file).toLowerCase());
}

export interface FoundFile {
  path: string;
  error?: HearthError;
}

/** The files that the given files and folders stand for, each once, folders in order of name. */
export async function expandPaths(
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const given of paths) {
    const absolute = path.resolve(given);
    try {
      const stat = await fs.stat(absolute);
      if (stat.isDirectory()) {
        for await (const file of filesIn(absolute, 0, signal)) found.set(file, { path: file });
      } else {
        found.set(absolute, { path: absolute });
      }
    } catch (error) {
      found.set(absolute, { path: absolute, error: cannotOpen(absolute, error) });
    }
  }
  return [...found.values()];
}

async function* filesIn(
  folder: string,
  depth: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  signal?.throwIfAborted();
  const entries = await fs.readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name, "en"))) {
    if (isPassedOver(entry.name)) continue;
    const child = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth < maxDepth) yield* filesIn(child, depth + 1, signal);
    } else if (entry.isFile() && isReadable(entry.name)) {
      yield child;
    }
  }
}

export function cannotOpen(file: string, error: unknown): HearthError {
  if (error instanceof HearthError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const name = path.basename(file);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new HearthError({
      code: "file-missing",
      title: `${name} is not there.`,
      cause: "It was moved, renamed or deleted.",
      suggestion: "Add it again from where it is now.",
    });
  }
  return new HearthError(
    {
      code: "file-unreadable",
      title: `${name} cannot be opened.`,
      cause: describeFileError(error, file),
      suggestion: "Check the file's permissions, then try again.",
    },
    { cause: error },
  );
}
