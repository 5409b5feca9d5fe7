import { defaultRangeExtractor, useVirtualizer, type Range } from "@tanstack/react-virtual";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { useStrings } from "../../lib/strings/index.ts";
import type { Arrangement } from "./arrangeDocuments.ts";
import { DocumentListRow, openDocument, type RowActions } from "./DocumentListRow.tsx";
import { statusOf } from "./libraryFilters.ts";
import { setSelection, useLibraryView } from "./libraryStore.ts";
import { extended, rowAfterKey, toggled } from "./selection.ts";
import { useSteadyRows } from "./useSteadyRows.ts";
import styles from "./DocumentListView.module.css";

const rowHeight = 45;
const overscan = 6;

export interface DocumentListViewProps extends Pick<Arrangement, "rows" | "ids" | "copies"> {
  readonly actions: Omit<RowActions, "choose">;
  readonly onRemove: (rows: readonly DocumentRow[]) => void;
}

/**
 * The documents, of which only those in sight are in the page. Click opens, Ctrl+click and the space
 * bar choose, Shift extends, arrows go from row to row.
 */
export function DocumentListView({
  rows,
  ids: order,
  copies,
  actions,
  onRemove,
}: DocumentListViewProps): ReactNode {
  const { library } = useStrings();
  const scroller = useRef<HTMLDivElement>(null);
  const selection = useLibraryView((view) => view.selection);
  const { chosen } = selection;
  const activeAt = Math.max(0, selection.active === null ? 0 : order.indexOf(selection.active));
  // The row that has the focus stays in the page, however far it is scrolled away.
  const rangeExtractor = useCallback(
    (range: Range) => {
      const indexes = new Set([...defaultRangeExtractor(range), activeAt]);
      return [...indexes].filter((index) => index < range.count).sort((a, b) => a - b);
    },
    [activeAt],
  );
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here; rows get values
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => order[index] ?? index,
    overscan,
    rangeExtractor,
  });

  useSteadyRows(order, scroller, virtualizer);

  const focusActive = useRef(false);
  useEffect(() => {
    if (!focusActive.current) return;
    focusActive.current = false;
    scroller.current
      ?.querySelector<HTMLElement>(`[data-index="${activeAt}"] [data-row]`)
      ?.focus({ preventScroll: true });
  });

  // What was done to a row is done to the rows as they are then.
  const latest = useRef({ order });
  useLayoutEffect(() => {
    latest.current = { order };
  });
  const all = useMemo<RowActions>(
    () => ({
      ...actions,
      choose: (row, how) => {
        const now = useLibraryView.getState().selection;
        if (how === "extend") setSelection(extended(now, row.id, latest.current.order));
        else if (how === "toggle" || statusOf(row) !== "ready") setSelection(toggled(now, row.id));
        else {
          setSelection({ ...now, anchor: row.id, active: row.id });
          openDocument(row);
        }
      },
    }),
    [actions],
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    const onRow = event.target instanceof HTMLElement && event.target.matches("[data-row]");
    if (!onRow || event.altKey) return;
    const active = order[activeAt];
    const mod = event.ctrlKey || event.metaKey;
    if (mod && event.key.toLowerCase() === "a") {
      setSelection({ chosen: new Set(order), anchor: active ?? null, active: active ?? null });
    } else if (event.key === " " && active !== undefined) {
      setSelection(
        event.shiftKey ? extended(selection, active, order) : toggled(selection, active),
      );
    } else if (event.key === "Delete" || (event.key === "Backspace" && event.metaKey)) {
      const some = rows.filter(({ id }) => (chosen.size > 0 ? chosen.has(id) : id === active));
      if (some.length > 0) onRemove(some);
    } else if (!mod) {
      const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight));
      const next = rowAfterKey(event.key, active ?? null, order, pageRows);
      if (next === undefined) return;
      focusActive.current = true;
      setSelection(
        event.shiftKey
          ? extended(selection, next, order)
          : { ...selection, active: next, anchor: next },
      );
      virtualizer.scrollToIndex(order.indexOf(next));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={scroller} className={styles["scroller"]}>
      <ul
        className={styles["list"]}
        style={{ height: virtualizer.getTotalSize() }}
        aria-label={library.title}
        onKeyDown={onKeyDown}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return (
            row && (
              <DocumentListRow
                key={row.id}
                row={row}
                index={index}
                count={rows.length}
                top={start}
                chosen={chosen.has(row.id)}
                active={index === activeAt}
                choosing={chosen.size > 0}
                copies={copies.get(row.contentKey) ?? 0}
                actions={all}
                measure={virtualizer.measureElement}
              />
            )
          );
        })}
      </ul>
    </div>
  );
}
