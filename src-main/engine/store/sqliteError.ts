import { HearthError } from "../../contract/errors.ts";

/** SQLite's primary result codes that a user can do something about. */
const busy = 5;
const readOnly = 8;
const ioError = 10;
const corrupt = 11;
const full = 13;
const cantOpen = 14;
const constraint = 19;
const notADatabase = 26;

/**
 * What SQLite threw, in words for users. Errors of Hearth's own and those that no user can act on
 * come back as they are.
 * @param path the database file, which the words name
 */
export function fromSqlite(error: unknown, path: string): unknown {
  if (error instanceof HearthError || !(error instanceof Error)) return error;
  const { errcode } = error as Error & { errcode?: unknown };
  if (typeof errcode !== "number") return error;
  // The higher bits tell kinds of one error apart.
  const code = errcode & 0xff;
  const cause = { cause: error };
  switch (code) {
    case full:
      return new HearthError(
        {
          code: "disk-full",
          title: "The disk is full.",
          cause: `Hearth could not write to ${path}. What was saved before is kept.`,
          suggestion: "Free some space, then try again.",
        },
        cause,
      );
    case corrupt:
    case notADatabase:
      return databaseDamaged(path, error.message, cause);
    case busy:
      return new HearthError(
        {
          code: "home-in-use",
          title: "Another program is using Hearth's database.",
          cause: `${path} is locked.`,
          suggestion:
            "Close other programs that have the file open, such as a backup, and try again.",
        },
        cause,
      );
    case readOnly:
    case ioError:
    case cantOpen:
      return new HearthError(
        {
          code: "home-unusable",
          title: "Hearth cannot use its home folder.",
          cause: `${path} cannot be ${code === readOnly ? "written" : "read or written"} (${error.message}).`,
          suggestion:
            "Check that the folder is there, that it is yours and that its disk is connected.",
        },
        cause,
      );
    case constraint:
      return new HearthError(
        {
          code: "conflict",
          title: "This does not fit what is saved.",
          cause: error.message,
          suggestion: "Reload and try again.",
        },
        cause,
      );
    default:
      return error;
  }
}

/** The file is there and is not a sound database. Nothing was changed. */
export function databaseDamaged(
  path: string,
  finding: string,
  options?: { cause?: unknown },
  backups: readonly string[] = [],
): HearthError {
  const newest = backups.at(-1);
  return new HearthError(
    {
      code: "home-unusable",
      title: "Hearth's database is damaged.",
      cause: `${path} cannot be read correctly (${finding}). Hearth has left it as it is.`,
      suggestion:
        newest === undefined
          ? "Put back a copy of the file from a backup. Without one, move the file to another folder: Hearth then starts empty, and your documents and models stay where they are."
          : `Put back a copy of the file from a backup, or the copy that Hearth made itself: ${newest}.`,
    },
    options,
  );
}
