import { useMemo, type ReactNode } from "react";
import type { Collection } from "../../../src-main/contract/collections.ts";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { AlertDialog } from "../../ui/AlertDialog.tsx";
import { removeDocuments } from "./addDocuments.ts";
import type { Facet } from "./arrangeDocuments.ts";
import { CollectionDialog } from "./CollectionDialog.tsx";
import { removeCollection, unlockDocument } from "./libraryActions.ts";
import { clearSelection, setFilters } from "./libraryStore.ts";
import { PasswordDialog } from "./PasswordDialog.tsx";
import { TagsDialog } from "./TagsDialog.tsx";

/** What the library asks about. Documents are named by id: their rows change meanwhile. */
export type Asking =
  | { kind: "remove"; ids: readonly DocumentId[] }
  | { kind: "tags"; ids: readonly DocumentId[] }
  | { kind: "password"; id: DocumentId; name: string }
  | { kind: "collection"; collection: Collection | null; ids: readonly DocumentId[] }
  | { kind: "removeCollection"; collection: Collection };

export interface LibraryDialogProps {
  readonly asking: Asking;
  readonly documents: readonly DocumentRow[];
  readonly knownTags: readonly Facet[];
  readonly onClose: () => void;
}

/** The one dialog that is open over the library. */
export function LibraryDialog({
  asking,
  documents,
  knownTags,
  onClose,
}: LibraryDialogProps): ReactNode {
  const { library, organise, locale } = useStrings();
  const rows = useMemo(() => {
    if (asking.kind !== "remove" && asking.kind !== "tags") return [];
    const wanted = new Set(asking.ids);
    return documents.filter(({ id }) => wanted.has(id));
  }, [asking, documents]);
  switch (asking.kind) {
    case "tags":
      return <TagsDialog rows={rows} known={knownTags} onClose={onClose} />;
    case "password":
      return (
        <PasswordDialog
          name={asking.name}
          onTry={(password) => unlockDocument(asking.id, password)}
          onClose={onClose}
        />
      );
    case "collection":
      return (
        <CollectionDialog
          collection={asking.collection}
          documentIds={asking.ids}
          onClose={onClose}
        />
      );
    case "removeCollection":
      return (
        <AlertDialog
          open
          onOpenChange={(open) => !open && onClose()}
          title={organise.removeCollectionTitle(asking.collection.name)}
          description={organise.removeCollectionText}
          confirmLabel={organise.remove}
          onConfirm={() => {
            onClose();
            setFilters({ collectionId: null });
            void removeCollection(asking.collection.id);
          }}
        />
      );
    case "remove": {
      const [only] = rows;
      const one = rows.length === 1 && only;
      return (
        <AlertDialog
          open
          onOpenChange={(open) => !open && onClose()}
          title={
            one
              ? library.removeTitle(only.name)
              : organise.removeMany(formatCount(asking.ids.length, locale))
          }
          description={one ? library.removeText : organise.removeManyText}
          confirmLabel={one ? library.remove : organise.remove}
          onConfirm={() => {
            onClose();
            clearSelection();
            void removeDocuments(asking.ids);
          }}
        />
      );
    }
  }
}
