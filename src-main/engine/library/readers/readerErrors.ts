import { describeFileError } from "../../../contract/describeFileError.ts";
import { HearthError } from "../../../contract/errors.ts";

/** The system does not let Hearth open the file. */
export function unreadableError(error: unknown): HearthError {
  return new HearthError(
    {
      code: "file-unreadable",
      title: "The file cannot be opened.",
      cause: describeFileError(error),
      suggestion: "Check that you have the right to read it.",
    },
    { cause: error },
  );
}

/** No page came for too long. */
export function stalledError(stallMs: number, pages: number): HearthError {
  return new HearthError({
    code: "file-damaged",
    title: "Reading this file took too long.",
    cause: `After ${pages === 1 ? "1 page" : `${pages} pages`} nothing came for ${Math.round(stallMs / 1000)} seconds. It may be damaged.`,
    suggestion: "Open it in its own program, save it again, and add that.",
  });
}

/** The reader broke off: by a fault that the file provoked, or for want of memory. */
export function crashError(error: unknown): HearthError {
  const outOfMemory =
    error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  if (outOfMemory) return tooMuchMemoryError(error);
  return new HearthError(
    {
      code: "file-damaged",
      title: "This file could not be read.",
      cause: "Its reader broke off. The file may be damaged.",
      suggestion: "Open it in its own program, save it again, and add that.",
    },
    { cause: error },
  );
}

/** Reading the file took more memory than one file is given. */
export function tooMuchMemoryError(error?: unknown): HearthError {
  return new HearthError(
    {
      code: "file-too-large",
      title: "This file needs too much memory.",
      cause: "Reading it took more than Hearth allows for one file.",
      suggestion: "Split it into smaller files and add those.",
    },
    { cause: error },
  );
}
