import { FileText, FileWarning, MessageSquare, MoreHorizontal, X } from "lucide-react";
import { memo, useDeferredValue, type MouseEvent, type ReactNode, type Ref } from "react";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { useNavigation } from "../../app/navigation.ts";
import { cx } from "../../lib/cx.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { formatDay } from "../../lib/formatDay.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Menu } from "../../ui/Menu.tsx";
import type { MenuItem } from "../../ui/menuItems.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { VisuallyHidden } from "../../ui/VisuallyHidden.tsx";
import { describeOcr } from "./describeOcr.ts";
import { ingestProgress } from "./ingestProgress.ts";
import { askDocuments, cancelAdding, retryDocuments } from "./libraryActions.ts";
import { statusOf, typeOf } from "./libraryFilters.ts";
import styles from "./DocumentListRow.module.css";

/** Tags that a row shows; the rest is a number. */
const shownTags = 3;

/** What a row can ask of its list. */
export interface RowActions {
  /** By a click on the row or its checkbox. */
  choose(row: DocumentRow, how: "open" | "toggle" | "extend"): void;
  remove(row: DocumentRow): void;
  editTags(row: DocumentRow): void;
  /** Asks for the password of an encrypted document. */
  unlock(row: DocumentRow): void;
  showDuplicates(): void;
  /** What the menu has on collections. */
  collectionItems(row: DocumentRow): readonly MenuItem[];
}

export interface DocumentListRowProps {
  readonly row: DocumentRow;
  /** Place in the list, from 0, and how long it is. */
  readonly index: number;
  readonly count: number;
  /** Where it begins, in pixels from the top of the list. */
  readonly top: number;
  readonly chosen: boolean;
  /** It is the one that Tab comes to. */
  readonly active: boolean;
  /** Checkboxes are shown without pointing at them. */
  readonly choosing: boolean;
  /** How many documents have this content. */
  readonly copies: number;
  readonly actions: RowActions;
  readonly measure: Ref<HTMLLIElement>;
}

/** One document of the library. Only rows that are in sight exist. */
export const DocumentListRow = memo(function DocumentListRow({
  row,
  index,
  count,
  top,
  chosen,
  active,
  choosing,
  copies,
  actions,
  measure,
}: DocumentListRowProps): ReactNode {
  const strings = useStrings();
  const { organise, locale } = strings;
  // Buttons and menus cost more than the rest of a row: they come once the rows are on the screen.
  const withButtons = useDeferredValue(true, false);
  const failed = row.status === "failed";
  const Icon = failed ? FileWarning : FileText;
  const onClick = (event: MouseEvent): void => {
    if (event.shiftKey) actions.choose(row, "extend");
    else if (event.ctrlKey || event.metaKey) actions.choose(row, "toggle");
    else actions.choose(row, "open");
  };
  return (
    <li
      ref={measure}
      data-index={index}
      className={cx(styles["row"], chosen && styles["chosen"])}
      style={{ transform: `translateY(${top}px)` }}
      aria-setsize={count}
      aria-posinset={index + 1}
    >
      <div className={styles["line"]}>
        <input
          type="checkbox"
          className={cx(styles["check"], (chosen || choosing) && styles["shown"])}
          // By keyboard it is the space bar on the row.
          tabIndex={-1}
          aria-label={organise.select(row.name)}
          checked={chosen}
          onClick={(event) => actions.choose(row, event.shiftKey ? "extend" : "toggle")}
          onChange={() => {
            // The click has done it: a change does not tell whether Shift was held.
          }}
        />
        <button
          type="button"
          data-row
          className={styles["main"]}
          tabIndex={active ? 0 : -1}
          onClick={onClick}
        >
          <Icon size={16} strokeWidth={1.75} aria-hidden />
          <span className={styles["lines"]}>
            <span className={styles["title"]} title={row.path}>
              {row.name}
            </span>
            <span className={styles["detail"]}>{describe(row, strings)}</span>
          </span>
          {chosen && <VisuallyHidden>{organise.selectedRow}</VisuallyHidden>}
          {(row.tags.length > 0 || copies > 1) && (
            <span className={styles["badges"]}>
              {row.tags.slice(0, shownTags).map((tag) => (
                <Badge key={tag}>{tag}</Badge>
              ))}
              {row.tags.length > shownTags && <Badge>+{row.tags.length - shownTags}</Badge>}
              {copies > 1 && (
                <span
                  className={styles["copies"]}
                  title={organise.duplicateHint(formatCount(copies, locale))}
                >
                  <Badge tone="warn">{organise.duplicate}</Badge>
                </span>
              )}
            </span>
          )}
        </button>
        {withButtons ? (
          <RowButtons row={row} copies={copies} actions={actions} />
        ) : (
          <span className={styles["actions"]} />
        )}
      </div>
      <RowState row={row} onUnlock={actions.unlock} />
    </li>
  );
});

/** The second line: what is known of a document, or why it is not ready. */
function describe(row: DocumentRow, strings: Strings): string {
  const { library, locale } = strings;
  const day = formatDay(row.modifiedAt, locale);
  if (statusOf(row) !== "ready") {
    const { interrupted, failed } = library.status;
    const state = { interrupted, failed, queued: "", working: "", ready: "" }[row.status];
    // The type is known before the file is looked at, so the line is never empty.
    const type = typeOf(row) || library.file;
    const size = row.bytes > 0 ? formatBytes(row.bytes, locale) : "";
    return [state, type, size, day].filter(Boolean).join(" · ");
  }
  return [
    row.pages === null ? "" : library.pages(formatCount(row.pages, locale)),
    ...describeOcr(row, strings),
    library.passages(formatCount(row.chunks, locale)),
    formatBytes(row.bytes, locale),
    day,
  ]
    .filter(Boolean)
    .join(" · ");
}

function RowButtons({
  row,
  copies,
  actions,
}: Pick<DocumentListRowProps, "row" | "copies" | "actions">): ReactNode {
  const { library, organise } = useStrings();
  const status = statusOf(row);
  if (status === "working") {
    return (
      <span className={cx(styles["actions"], styles["shown"])}>
        <IconButton icon={X} label={library.cancel} onClick={() => void cancelAdding(row.id)} />
      </span>
    );
  }
  const items: MenuItem[] = [
    ...actions.collectionItems(row),
    { id: "tags", label: organise.editTags, onSelect: () => actions.editTags(row) },
    ...(copies > 1
      ? [
          {
            id: "duplicates",
            label: organise.showDuplicates,
            onSelect: () => actions.showDuplicates(),
          },
        ]
      : []),
    { kind: "separator", id: "before-retry" },
    { id: "retry", label: library.retry, onSelect: () => void retryDocuments([row]) },
    { id: "remove", label: library.remove, danger: true, onSelect: () => actions.remove(row) },
  ];
  return (
    <span className={cx(styles["actions"], row.status === "interrupted" && styles["shown"])}>
      {status === "ready" && (
        <IconButton
          icon={MessageSquare}
          label={library.ask}
          onClick={() => askDocuments([row.id])}
        />
      )}
      <Menu items={items} align="end">
        <IconButton icon={MoreHorizontal} label={library.actions(row.name)} />
      </Menu>
    </span>
  );
}

/** Below the line: how far the work is, or what failed and what to do. */
function RowState({
  row,
  onUnlock,
}: {
  readonly row: DocumentRow;
  readonly onUnlock: (row: DocumentRow) => void;
}): ReactNode {
  const strings = useStrings();
  const { library } = strings;
  const working = statusOf(row) === "working";
  const progress = working ? ingestProgress(row, strings) : null;
  if (!progress && !row.error) return null;
  return (
    <div className={styles["below"]}>
      {progress && (
        <Progress label={progress.label} fraction={progress.fraction} detail={progress.detail} />
      )}
      {row.error && !working && (
        <InlineError
          error={row.error}
          actions={
            row.error.code === "file-encrypted" ? (
              <Button onClick={() => onUnlock(row)}>{library.enterPassword}</Button>
            ) : (
              <Button onClick={() => void retryDocuments([row])}>{library.retry}</Button>
            )
          }
        />
      )}
    </div>
  );
}

/** Opens a document beside the list. */
export function openDocument({ id }: DocumentRow): void {
  useNavigation
    .getState()
    .openPanel({ kind: "document", documentId: id, location: null, quote: "" });
}
