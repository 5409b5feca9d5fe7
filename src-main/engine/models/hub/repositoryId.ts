import { HearthError } from "../../../contract/errors.ts";
import { safeFileName } from "../download/safeFileName.ts";

/**
 * Checks the name of a repository, `owner/name`: both become folders here and parts of addresses.
 * @returns it unchanged
 * @throws HearthError `bad-input`, or `not-allowed` for names that no folder may have
 */
export function repositoryId(text: string): string {
  const parts = text.split("/");
  if (parts.length !== 2 || !parts.every((part) => /^[A-Za-z0-9][\w.-]{0,95}$/u.test(part))) {
    throw new HearthError({
      code: "bad-input",
      title: `“${text.slice(0, 80)}” is not the name of a repository.`,
      cause: "A repository is named by its owner and its own name, with a slash between them.",
      suggestion: "Write it as owner/name.",
    });
  }
  for (const part of parts) safeFileName(part);
  return text;
}
