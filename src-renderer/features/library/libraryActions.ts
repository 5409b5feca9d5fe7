import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { toErrorData } from "../../../src-main/contract/errors.ts";
import type { CollectionId, DocumentId } from "../../../src-main/contract/ids.ts";
import { call } from "../../api/engine.ts";
import { useNavigation } from "../../app/navigation.ts";
import { setDraft } from "../chat/drafts.ts";
import { pdfPasswords } from "../viewer/pdfPasswords.ts";
import { useAdding } from "./addDocuments.ts";

/** What fails is told above the list. */
async function told(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    useAdding.setState({ error: toErrorData(error) });
  }
}

export async function pauseAdding(): Promise<void> {
  await told(() => call("documents.pause", {}));
}

export async function resumeAdding(): Promise<void> {
  await told(() => call("documents.resume", {}));
}

/** Ends the work on one document, or on all that are being added. */
export async function cancelAdding(documentId: DocumentId | "all"): Promise<void> {
  await told(() =>
    documentId === "all"
      ? call("documents.cancelAll", {})
      : call("documents.cancel", { documentId }),
  );
}

/** Rejects with `file-encrypted` where the password is the wrong one. */
export async function unlockDocument(documentId: DocumentId, password: string): Promise<void> {
  await call("documents.unlock", { documentId, password });
  pdfPasswords.set(documentId, password);
}

/** Begins a chat about documents. */
export function askDocuments(documentIds: readonly DocumentId[]): void {
  setDraft(null, { documentIds: [...documentIds], collectionIds: undefined });
  useNavigation.getState().go({ kind: "chat", chatId: null });
}

/** Begins a chat about a collection. */
export function askCollection(collectionId: CollectionId): void {
  setDraft(null, { documentIds: undefined, collectionIds: [collectionId] });
  useNavigation.getState().go({ kind: "chat", chatId: null });
}

export async function retryDocuments(rows: readonly DocumentRow[]): Promise<void> {
  await told(() => Promise.all(rows.map(({ id }) => call("documents.retry", { documentId: id }))));
}

export async function addToCollection(
  collectionId: CollectionId,
  documentIds: readonly DocumentId[],
): Promise<void> {
  await told(() =>
    call("collections.addDocuments", { collectionId, documentIds: [...documentIds] }),
  );
}

export async function takeOutOfCollection(
  collectionId: CollectionId,
  documentIds: readonly DocumentId[],
): Promise<void> {
  await told(() =>
    call("collections.removeDocuments", { collectionId, documentIds: [...documentIds] }),
  );
}

export async function removeCollection(collectionId: CollectionId): Promise<void> {
  await told(() => call("collections.remove", { collectionId }));
}

export async function tagDocuments(
  documentIds: readonly DocumentId[],
  change: { add?: string[]; remove?: string[] },
): Promise<void> {
  await told(() => call("documents.tag", { documentIds: [...documentIds], ...change }));
}
