import { create } from "zustand";
import type { Sort } from "./arrangeDocuments.ts";
import { type LibraryFilters, noFilters } from "./libraryFilters.ts";
import { nothingChosen, type Selection } from "./selection.ts";

/** Where the search box looks: at the names of documents, or at what is written in them. */
export type SearchIn = "names" | "text";

export interface LibraryView {
  readonly query: string;
  readonly searchIn: SearchIn;
  readonly filters: LibraryFilters;
  readonly sort: Sort;
  readonly selection: Selection;
}

/** How the library is looked at; kept while other pages are shown. */
export const useLibraryView = create<LibraryView>(() => ({
  query: "",
  searchIn: "names",
  filters: noFilters,
  sort: { field: "added", descending: true },
  selection: nothingChosen,
}));

export function setFilters(patch: Partial<LibraryFilters>): void {
  useLibraryView.setState(({ filters }) => ({ filters: { ...filters, ...patch } }));
}

export function clearFilters(): void {
  useLibraryView.setState({ filters: noFilters });
}

export function setSelection(selection: Selection): void {
  useLibraryView.setState({ selection });
}

export function clearSelection(): void {
  useLibraryView.setState(({ selection }) => ({
    selection: { ...selection, chosen: nothingChosen.chosen, anchor: null },
  }));
}
