import { HearthError } from "../../contract/errors.ts";
import type { DocumentId } from "../../contract/ids.ts";
import { readFile, type ReadFileOptions } from "./readers/readFile.ts";

/**
 * Passwords of encrypted documents. They are kept in memory alone and gone with the engine: the text
 * of a document is stored once it was read, so a password is needed again only when its file has
 * changed, and a stored one would be worth more to a thief than the asking costs the user.
 */
export class Passwords {
  readonly #byDocument = new Map<DocumentId, string>();

  get(documentId: DocumentId): string | undefined {
    return this.#byDocument.get(documentId);
  }

  keep(documentId: DocumentId, password: string): void {
    this.#byDocument.set(documentId, password);
  }

  forget(documentId: DocumentId): void {
    this.#byDocument.delete(documentId);
  }
}

/**
 * Tries whether a password opens a file, by reading its first page.
 *
 * @throws HearthError `file-encrypted` if it does not. Other faults of the file pass for opened:
 *   they are told when it is read.
 */
export async function tryPassword(
  file: string,
  password: string,
  options: Omit<ReadFileOptions, "password" | "signal">,
): Promise<void> {
  const enough = new AbortController();
  await readFile(file, () => enough.abort(), {
    ...options,
    password,
    signal: enough.signal,
  }).catch((error: unknown) => {
    if (error instanceof HearthError && error.code === "file-encrypted") throw error;
  });
}
