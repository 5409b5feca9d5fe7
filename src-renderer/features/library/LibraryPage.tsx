import { FilePlus, FolderSync, Search } from "lucide-react";
import { useMemo, useState, type KeyboardEvent, type ReactNode } from "react";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import { collectionList, documentList, useMirror } from "../../api/engine.ts";
import { libraryDocuments } from "../../api/libraryDocuments.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { shownShortcut } from "../../lib/shortcuts/registry.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import type { MenuItem } from "../../ui/menuItems.tsx";
import { PageFrame } from "../../ui/PageFrame.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { pickDocuments, useAdding } from "./addDocuments.ts";
import { DocumentListView } from "./DocumentListView.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { FoldersDialog } from "./FoldersDialog.tsx";
import { IngestBar } from "./IngestBar.tsx";
import { addToCollection, askCollection } from "./libraryActions.ts";
import { hasFilters, noFilters } from "./libraryFilters.ts";
import { clearFilters, clearSelection, setFilters, useLibraryView } from "./libraryStore.ts";
import { type Asking, LibraryDialog } from "./LibraryDialog.tsx";
import { EmptyLibrary, LibraryNews } from "./LibraryNews.tsx";
import { PassageResults } from "./PassageResults.tsx";
import { SelectionBar } from "./SelectionBar.tsx";
import { noCollections, shownDocuments } from "./shownDocuments.ts";
import styles from "./LibraryPage.module.css";

const noDocuments: readonly DocumentRow[] = [];

/** All documents: searched, narrowed, sorted, and put in order. */
export function LibraryPage(): ReactNode {
  const { library, organise, locale } = useStrings();
  const documents = useMirror(documentList, libraryDocuments);
  const collections = useMirror(collectionList, (state) => state.collections) ?? noCollections;
  const view = useLibraryView();
  const { query, searchIn, filters, selection } = view;
  const { uploading } = useAdding();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [showsFolders, setShowsFolders] = useState(false);

  const inText = searchIn === "text";
  const { rows, ids, facets, copies } = shownDocuments({
    documents: documents ?? noDocuments,
    collections,
    locale,
    view,
  });
  const chosen = useMemo(
    () => (selection.chosen.size === 0 ? [] : rows.filter(({ id }) => selection.chosen.has(id))),
    [rows, selection.chosen],
  );
  const narrowed = hasFilters(filters);
  const collection = collections.find(({ id }) => id === filters.collectionId);

  const addTo = useMemo(
    () =>
      (idsOf: () => readonly DocumentId[]): MenuItem[] => [
        ...collections.map((one): MenuItem => ({
          id: one.id,
          label: one.name,
          onSelect: () => void addToCollection(one.id, idsOf()),
        })),
        ...(collections.length > 0 ? [{ kind: "separator", id: "before-new" } as const] : []),
        {
          id: "new",
          label: organise.newCollection,
          onSelect: () => setAsking({ kind: "collection", collection: null, ids: idsOf() }),
        },
      ],
    [collections, organise],
  );
  const rowActions = useMemo(
    () => ({
      remove: ({ id }: DocumentRow) => setAsking({ kind: "remove", ids: [id] }),
      editTags: ({ id }: DocumentRow) => setAsking({ kind: "tags", ids: [id] }),
      unlock: ({ id, name }: DocumentRow) => setAsking({ kind: "password", id, name }),
      showDuplicates: () => setFilters({ ...noFilters, duplicates: true }),
      collectionItems: ({ id }: DocumentRow): MenuItem[] => [
        {
          kind: "submenu",
          id: "collections",
          label: organise.addToCollection,
          items: addTo(() => [id]),
        },
      ],
    }),
    [addTo, organise],
  );
  const ownCollectionItems = useMemo<MenuItem[]>(
    () => [
      {
        id: "new",
        label: organise.newCollection,
        onSelect: () => setAsking({ kind: "collection", collection: null, ids: [] }),
      },
      ...(collection
        ? ([
            {
              id: "ask",
              label: organise.askCollection,
              onSelect: () => askCollection(collection.id),
            },
            {
              id: "rename",
              label: organise.renameCollection,
              onSelect: () => setAsking({ kind: "collection", collection, ids: [] }),
            },
            {
              id: "remove",
              label: organise.removeCollection,
              danger: true,
              onSelect: () => setAsking({ kind: "removeCollection", collection }),
            },
          ] satisfies MenuItem[])
        : []),
    ],
    [collection, organise],
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    // Menus and dialogs that were opened from here close by themselves.
    const within = event.target instanceof Node && event.currentTarget.contains(event.target);
    if (event.key !== "Escape" || !within || chosen.length === 0) return;
    event.stopPropagation();
    event.nativeEvent.stopImmediatePropagation();
    clearSelection();
  };

  const all = documents?.length ?? 0;
  const count = formatCount(all, locale);
  return (
    <PageFrame
      title={library.title}
      meta={
        all === 0
          ? undefined
          : rows.length === all
            ? count
            : organise.shown(formatCount(rows.length, locale), count)
      }
      actions={
        <>
          <IconButton
            icon={FolderSync}
            label={library.folders.open}
            onClick={() => setShowsFolders(true)}
          />
          <IconButton
            icon={FilePlus}
            label={library.add}
            shortcut={shownShortcut("addDocuments")}
            onClick={() => void pickDocuments()}
          />
        </>
      }
      fill
    >
      <LibraryNews />
      <IngestBar />
      {documents && all === 0 && uploading === 0 && <EmptyLibrary />}
      {all > 0 && (
        <>
          <div className={styles["tools"]}>
            <div className={styles["search"]}>
              <TextField
                type="search"
                icon={Search}
                label={organise.search}
                hideLabel
                placeholder={organise.search}
                value={query}
                onChange={(text) => useLibraryView.setState({ query: text })}
                onKeyDown={(event) => {
                  if (event.key === "Enter") useLibraryView.setState({ searchIn: "text" });
                }}
              />
              <Segmented
                label={organise.searchIn}
                hideLabel
                value={searchIn}
                options={[
                  { value: "names", label: organise.names },
                  { value: "text", label: organise.text },
                ]}
                onChange={(value) => useLibraryView.setState({ searchIn: value })}
              />
            </div>
            <FilterBar
              facets={facets}
              collections={collections}
              collectionItems={ownCollectionItems}
            />
          </div>
          <div className={styles["content"]} onKeyDown={onKeyDown}>
            {inText ? (
              <PassageResults query={query} documentIds={narrowed ? ids : null} />
            ) : rows.length === 0 ? (
              <div className={styles["none"]}>
                <p>{organise.noMatch}</p>
                {narrowed && <Button onClick={clearFilters}>{organise.clearFilters}</Button>}
              </div>
            ) : (
              <DocumentListView
                rows={rows}
                ids={ids}
                copies={copies}
                actions={rowActions}
                onRemove={(some) => setAsking({ kind: "remove", ids: some.map(({ id }) => id) })}
              />
            )}
            {chosen.length > 0 && !inText && (
              <SelectionBar
                rows={chosen}
                collection={collection}
                collectionItems={addTo(() => chosen.map(({ id }) => id))}
                onTags={() => setAsking({ kind: "tags", ids: chosen.map(({ id }) => id) })}
                onRemove={() => setAsking({ kind: "remove", ids: chosen.map(({ id }) => id) })}
              />
            )}
          </div>
        </>
      )}
      {showsFolders && <FoldersDialog onClose={() => setShowsFolders(false)} />}
      {asking && (
        <LibraryDialog
          asking={asking}
          documents={documents ?? noDocuments}
          knownTags={facets().tags}
          onClose={() => setAsking(null)}
        />
      )}
    </PageFrame>
  );
}
