import fs from "node:fs/promises";
import path from "node:path";
import { describeFileError } from "../../contract/describeFileError.ts";
import { HearthError } from "../../contract/errors.ts";
import { IgnoreRules } from "./folders/IgnoreRules.ts";
import { walkFolder } from "./folders/walkFolder.ts";

export interface FoundFile {
  path: string;
  error?: HearthError;
}

/**
 * The files that the given files and folders stand for, each once, folders in order of name. What cannot
 * be read has its error, also a folder within another.
 */
export async function expandPaths(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const given of paths) {
    const absolute = path.resolve(given);
    try {
      const stat = await fs.stat(absolute);
      if (stat.isDirectory()) {
        const { files } = await walkFolder(absolute, new IgnoreRules(absolute, []), signal, {
          onUnreadable: (folder, error) =>
            found.set(folder, { path: folder, error: cannotOpen(folder, error) }),
        });
        for (const file of files) found.set(file, { path: file });
      } else {
        found.set(absolute, { path: absolute });
      }
    } catch (error) {
      signal.throwIfAborted();
      found.set(absolute, { path: absolute, error: cannotOpen(absolute, error) });
    }
  }
  return [...found.values()];
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
