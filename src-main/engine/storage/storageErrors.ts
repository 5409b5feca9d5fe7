import { HearthError } from "../../contract/errors.ts";

export function notOurs(name: string, cause: string): HearthError {
  return new HearthError({
    code: "not-allowed",
    title: `${name} is not deleted.`,
    cause,
    suggestion: "Hearth deletes only models of its own folder. Delete it where it is from.",
  });
}

export function nothingToFree(cause: string): HearthError {
  return new HearthError({
    code: "conflict",
    title: "This cannot be freed now.",
    cause,
    suggestion: "Try again later.",
  });
}
