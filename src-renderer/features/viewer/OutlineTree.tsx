import { ChevronRight } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { cx } from "../../lib/cx.ts";
import { hasChildren, shownFor, visibleEntries, type OutlineEntry } from "./outline.ts";
import styles from "./OutlineTree.module.css";

export interface OutlineTreeProps {
  readonly label: string;
  readonly entries: readonly OutlineEntry[];
  /** The section that is read. */
  readonly current: number | null;
  readonly onGo: (id: number) => void;
}

/** A table of contents. Arrow keys move in it and open and close its parts. */
export function OutlineTree({ label, entries, current, onGo }: OutlineTreeProps): ReactNode {
  const [closed, setClosed] = useState<ReadonlySet<number>>(
    () => new Set(entries.filter((entry) => !entry.open).map(({ id }) => id)),
  );
  const [focused, setFocused] = useState<number | null>(null);
  const tree = useRef<HTMLUListElement>(null);
  const visible = useMemo(() => visibleEntries(entries, closed), [entries, closed]);
  const lit = shownFor(entries, visible, current);
  // Tab comes to the section that is read, until the arrows have gone elsewhere.
  const stop = visible.some(({ id }) => id === focused) ? focused : (lit ?? visible[0]?.id ?? null);

  useEffect(() => {
    tree.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [lit]);

  const toggle = (id: number, close: boolean): void =>
    setClosed((before) => {
      const next = new Set(before);
      if (close) next.add(id);
      else next.delete(id);
      return next;
    });
  const focus = (entry: OutlineEntry | undefined): void => {
    if (!entry) return;
    setFocused(entry.id);
    tree.current?.querySelector<HTMLElement>(`[data-entry="${entry.id}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent, entry: OutlineEntry): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = visible.indexOf(entry);
    const parent = visible.slice(0, at).findLast((above) => above.level < entry.level);
    const parted = hasChildren(entries, entry.id);
    const isClosed = closed.has(entry.id);
    const actions: Record<string, () => void> = {
      ArrowDown: () => focus(visible[at + 1]),
      ArrowUp: () => focus(visible[at - 1]),
      Home: () => focus(visible[0]),
      End: () => focus(visible.at(-1)),
      ArrowRight: () => (parted && isClosed ? toggle(entry.id, false) : focus(visible[at + 1])),
      ArrowLeft: () => (parted && !isClosed ? toggle(entry.id, true) : focus(parent)),
      Enter: () => onGo(entry.id),
      " ": () => onGo(entry.id),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  return (
    <ul ref={tree} role="tree" aria-label={label} className={styles["tree"]}>
      {visible.map((entry) => {
        const parted = hasChildren(entries, entry.id);
        const isClosed = closed.has(entry.id);
        return (
          <li
            key={entry.id}
            role="treeitem"
            data-entry={entry.id}
            aria-level={entry.level}
            aria-expanded={parted ? !isClosed : undefined}
            aria-current={entry.id === lit ? "location" : undefined}
            tabIndex={entry.id === stop ? 0 : -1}
            title={entry.title}
            className={styles["entry"]}
            style={{ paddingInlineStart: 4 + (entry.level - 1) * 12 }}
            onClick={() => {
              setFocused(entry.id);
              onGo(entry.id);
            }}
            onKeyDown={(event) => onKeyDown(event, entry)}
          >
            <span
              className={cx(styles["toggle"], !isClosed && styles["opened"])}
              aria-hidden
              onClick={(event) => {
                if (!parted) return;
                event.stopPropagation();
                toggle(entry.id, !isClosed);
              }}
            >
              {parted && <ChevronRight size={14} strokeWidth={1.75} />}
            </span>
            <span className={styles["title"]}>{entry.title}</span>
          </li>
        );
      })}
    </ul>
  );
}
