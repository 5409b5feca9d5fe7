import { HearthError } from "../../../contract/errors.ts";

/** The file is not what its kind has to be; `cause` says what is wrong with it. */
export function damagedError(cause: string, reason?: unknown): HearthError {
  return new HearthError(
    {
      code: "file-damaged",
      title: "This file is damaged.",
      cause,
      suggestion: "Open it in its own program, save it again, and add that.",
    },
    { cause: reason },
  );
}

/** The file opens only with a password or a licence that Hearth does not have. */
export function encryptedError(cause: string, suggestion?: string): HearthError {
  return new HearthError({
    code: "file-encrypted",
    title: "This file is encrypted.",
    cause,
    suggestion: suggestion ?? "Save a copy without a password and add that.",
  });
}

/** What the file holds is out of all proportion. */
export function tooMuchError(cause: string): HearthError {
  return new HearthError({
    code: "file-too-large",
    title: "This file holds too much.",
    cause,
    suggestion: "If it is meant to be so large, split it into smaller files and add those.",
  });
}

/** There is nothing to read in it. */
export function noTextError(cause: string): HearthError {
  return new HearthError({
    code: "file-empty",
    title: "No text found.",
    cause,
    suggestion: "Check that this is the right file.",
  });
}
