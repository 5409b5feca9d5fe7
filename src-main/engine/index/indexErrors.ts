import { HearthError } from "../../contract/errors.ts";

const environmentFaults = [
  { pattern: /no space left|os error 28|ENOSPC|disk quota/i, code: "disk-full" },
  {
    pattern: /permission denied|read-only file system|os error (?:1|13|30)\b|EACCES|EPERM|EROFS/i,
    code: "home-unusable",
  },
  { pattern: /too many open files|os error 2[34]\b|EMFILE|ENFILE/i, code: "unavailable" },
] as const;

/**
 * A failure of the index folder as a HearthError. Faults of the machine (disk, rights, handles) are
 * told apart from damaged files: the first do not go away by rebuilding the index.
 */
export function toIndexError(error: unknown, doing: string): HearthError {
  if (error instanceof HearthError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const fault = environmentFaults.find(({ pattern }) => pattern.test(message));
  if (fault?.code === "disk-full") {
    return new HearthError(
      {
        code: "disk-full",
        title: "The disk is full.",
        cause: `There was no room left while ${doing}.`,
        suggestion: "Free some space and try again. Nothing that was already indexed is lost.",
      },
      { cause: error },
    );
  }
  if (fault?.code === "home-unusable") {
    return new HearthError(
      {
        code: "home-unusable",
        title: "The folder of the search index cannot be used.",
        cause: `Access was denied while ${doing}.`,
        suggestion: "Check the rights of Hearth's home folder and start Hearth again.",
      },
      { cause: error },
    );
  }
  if (fault?.code === "unavailable") {
    return new HearthError(
      {
        code: "unavailable",
        title: "Too many files are open.",
        cause: `The system refused to open another file while ${doing}.`,
        suggestion: "Close other programs, or raise the limit of open files, and try again.",
      },
      { cause: error },
    );
  }
  return new HearthError(
    {
      code: "index-damaged",
      title: "The search index cannot be read.",
      cause: `It failed while ${doing}: ${firstLine(message)}`,
      suggestion: "Restart Hearth: a damaged index is moved aside and built again from your files.",
    },
    { cause: error },
  );
}

/** True if the files themselves are at fault, so that moving them aside helps. */
export function isDamage(error: HearthError): boolean {
  return error.code === "index-damaged";
}

/** What the user is told of an index that was moved aside. */
export function damageNotice(damage: HearthError, movedTo: string): HearthError {
  return new HearthError(
    {
      code: "index-damaged",
      title: "The search index was damaged and is being built again.",
      cause: `${damage.reason} The damaged files were moved to ${movedTo}.`,
      suggestion: "Nothing of yours is lost. Documents can be searched again as each is indexed.",
    },
    { cause: damage.cause },
  );
}

/** Runs work on the index folder. @throws HearthError as {@link toIndexError} says */
export async function guarded<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toIndexError(error, doing);
  }
}

function firstLine(message: string): string {
  const line = message.split("\n", 1)[0] ?? "";
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
