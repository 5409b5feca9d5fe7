/** What the system's codes say, about a file or folder of this name. */
const words: Readonly<Record<string, (name: string) => string>> = {
  ENOENT: (name) => `The system does not find ${name} or its folder.`,
  EACCES: (name) => `The system does not let Hearth use ${name}.`,
  EPERM: (name) => `The system does not let Hearth use ${name}.`,
  ENOSPC: (name) => `No space is left on the disk of ${name}.`,
  EDQUOT: (name) => `Your share of the disk of ${name} is used up.`,
  EBUSY: (name) => `Another program is using ${name}.`,
  EMFILE: (name) => `Too many files are open at once to open ${name}.`,
  ENFILE: (name) => `Too many files are open at once to open ${name}.`,
  EROFS: (name) => `The disk of ${name} can be read but not written.`,
  EIO: (name) => `The disk gave an error while it read or wrote ${name}.`,
  ENOTDIR: (name) => `The path of ${name} has a file where a folder should be.`,
  EISDIR: (name) => `A file is needed, but ${name} is a folder.`,
  ENAMETOOLONG: (name) => `The name or the path of ${name} is too long for the system.`,
};

/**
 * Why a file or folder could not be used, as one plain sentence for an error's `cause`. What the
 * system says itself is for programmers; it is kept where the code is none of the usual ones.
 *
 * @param path the file or folder that was wanted; the one that the error names when left out
 */
export function describeFileError(error: unknown, path?: string): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  const named = "path" in error && typeof error.path === "string" ? error.path : "";
  const name = (path ?? named).split(/[\\/]/u).findLast((part) => part !== "");
  return words[code]?.(name ?? "the file") ?? error.message;
}
