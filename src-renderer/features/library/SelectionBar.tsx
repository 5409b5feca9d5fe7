import { FolderPlus, MessageSquare, RotateCcw, Tags, Trash2, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Collection } from "../../../src-main/contract/collections.ts";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Menu } from "../../ui/Menu.tsx";
import type { MenuItem } from "../../ui/menuItems.tsx";
import { askDocuments, retryDocuments, takeOutOfCollection } from "./libraryActions.ts";
import { statusOf } from "./libraryFilters.ts";
import { clearSelection } from "./libraryStore.ts";
import styles from "./SelectionBar.module.css";

export interface SelectionBarProps {
  readonly rows: readonly DocumentRow[];
  /** The collection that the list is narrowed to. */
  readonly collection: Collection | undefined;
  readonly collectionItems: readonly MenuItem[];
  readonly onTags: () => void;
  readonly onRemove: () => void;
}

/** What can be done with the chosen documents, at once. */
export function SelectionBar({
  rows,
  collection,
  collectionItems,
  onTags,
  onRemove,
}: SelectionBarProps): ReactNode {
  const { library, organise, locale } = useStrings();
  const ready = rows.filter((row) => statusOf(row) === "ready");
  const failed = rows.filter((row) => statusOf(row) === "failed");
  const takeOut: MenuItem[] = collection
    ? [
        { kind: "separator", id: "before-take-out" },
        {
          id: "take-out",
          label: organise.takeOut(collection.name),
          onSelect: () =>
            void takeOutOfCollection(
              collection.id,
              rows.map(({ id }) => id),
            ),
        },
      ]
    : [];
  return (
    <div className={styles["bar"]} role="toolbar" aria-label={organise.selection}>
      <span className={styles["count"]} role="status">
        {organise.selected(formatCount(rows.length, locale))}
      </span>
      <Button
        variant="primary"
        icon={MessageSquare}
        disabled={ready.length === 0}
        onClick={() => askDocuments(ready.map(({ id }) => id))}
      >
        {organise.askThese}
      </Button>
      <Menu items={[...collectionItems, ...takeOut]} side="top">
        <Button icon={FolderPlus}>{organise.addToCollection}</Button>
      </Menu>
      <Button icon={Tags} onClick={onTags}>
        {organise.editTags}
      </Button>
      {failed.length > 0 && (
        <Button icon={RotateCcw} onClick={() => void retryDocuments(failed)}>
          {library.retry}
        </Button>
      )}
      <Button icon={Trash2} onClick={onRemove}>
        {organise.remove}
      </Button>
      <span className={styles["grow"]} />
      <IconButton
        icon={X}
        label={organise.clearSelection}
        shortcut="Escape"
        onClick={clearSelection}
      />
    </div>
  );
}
