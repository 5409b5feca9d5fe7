import type { Collection } from "../../../src-main/contract/collections.ts";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { collectionList, documentList } from "../../api/engine.ts";
import { libraryDocuments } from "../../api/libraryDocuments.ts";
import { type Arrangement, createArranger } from "./arrangeDocuments.ts";
import { type LibraryView, useLibraryView } from "./libraryStore.ts";

/** Outlives the page: coming back to it costs nothing. */
const arrange = createArranger();

/** The same list each time, as what is arranged is compared by identity. */
export const noCollections: readonly Collection[] = [];

export interface Shown {
  readonly documents: readonly DocumentRow[];
  readonly collections: readonly Collection[];
  readonly locale: string;
  readonly view: Pick<LibraryView, "query" | "searchIn" | "filters" | "sort">;
}

/** The documents as the library is looked at. */
export function shownDocuments({ documents, collections, locale, view }: Shown): Arrangement {
  const { query, searchIn, filters, sort } = view;
  return arrange(documents, {
    query: searchIn === "text" ? "" : query,
    filters,
    sort,
    collections,
    locale,
  });
}

/**
 * Arranges and counts the library once, when there is time after its documents have come, so that
 * ten thousand of them are not waited for when the page is first opened.
 * @returns how to end it
 */
export function arrangeAhead(locale: string): () => void {
  let waiting: number | undefined;
  const onState = (): void => {
    if (!documentList.getState().value || waiting !== undefined) return;
    waiting = requestIdleCallback(() => {
      unsubscribe();
      const state = documentList.getState().value;
      if (!state) return;
      const collections = collectionList.getState().value?.collections ?? noCollections;
      const view = useLibraryView.getState();
      shownDocuments({ documents: libraryDocuments(state), collections, locale, view }).facets();
    });
  };
  const unsubscribe = documentList.subscribe(onState);
  onState();
  return () => {
    unsubscribe();
    if (waiting !== undefined) cancelIdleCallback(waiting);
  };
}
