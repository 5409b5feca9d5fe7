import { HearthError } from "../contract/errors.ts";
import type { IngestResult } from "../contract/documents.ts";
import type { DocumentId } from "../contract/ids.ts";
import type { CommandContext } from "./Command.ts";
import { ingestPaths } from "./ingestPaths.ts";

/**
 * The documents that `--docs PATH…` means: each file, and all that a folder holds, taken in where
 * that has not happened yet. Without paths nothing is chosen, which means all documents.
 * @throws HearthError of the first file when none of them can be searched
 */
export async function chosenDocuments(
  paths: readonly string[],
  context: CommandContext,
): Promise<{ documentIds?: DocumentId[] }> {
  if (paths.length === 0) return {};
  const results = await ingestPaths(paths, context);
  for (const result of results) {
    if (result.error) context.terminal.log(`${result.name}: ${result.error.title}`);
  }
  return { documentIds: searchable(results) };
}

/** Ids of the documents that can be searched now. */
export function searchable(results: readonly IngestResult[]): DocumentId[] {
  const ids = results.flatMap(({ status, documentId }) =>
    (status === "ready" || status === "unchanged") && documentId !== null ? [documentId] : [],
  );
  if (ids.length > 0) return [...new Set(ids)];
  const failure = results.find((result) => result.error)?.error;
  if (failure) throw new HearthError(failure);
  throw new HearthError({
    code: "not-found",
    title: "There are no documents in the given places.",
    cause: "The folders hold no file that Hearth can read.",
    suggestion:
      "Give PDF, Office, e-book, mail, web, text or code files, or folders that hold some.",
  });
}
