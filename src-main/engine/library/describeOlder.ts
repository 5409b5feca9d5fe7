import type { Store } from "../store/Store.ts";
import { describeText } from "./describeText.ts";
import type { DocumentList } from "./DocumentList.ts";

/** Tells language and text hash of documents that were taken in before these were kept. */
export async function describeOlder(
  store: Store,
  list: DocumentList,
  signal: AbortSignal,
): Promise<void> {
  for (const { id, status, language, version } of await store.documents.list()) {
    if (signal.aborted) return;
    if (language !== null || status !== "ready" || version === 0) continue;
    const described = describeText(await store.documents.chunksOf(id, version));
    // Removed, or read anew, meanwhile: then there is nothing left to tell.
    const now = await store.documents.get(id);
    if (now?.version === version && now.status === "ready") {
      list.put(await store.documents.update(id, described));
    }
  }
}
