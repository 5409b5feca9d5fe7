import type { LucideIcon } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import styles from "./ListRow.module.css";

export interface ListProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** Rows under each other. Tab goes from one to the next; ↑ ↓ Home End are the quick way. */
export function List({ label, children }: ListProps): ReactNode {
  return (
    <ul className={styles["list"]} aria-label={label} onKeyDown={moveFocus}>
      {children}
    </ul>
  );
}

function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]:not(:disabled)")];
  const at = rows.findIndex((row) => row === document.activeElement);
  if (at < 0) return;
  const target: Record<string, HTMLElement | undefined> = {
    ArrowDown: rows[at + 1],
    ArrowUp: rows[at - 1],
    Home: rows[0],
    End: rows[rows.length - 1],
  };
  if (!(event.key in target)) return;
  event.preventDefault();
  target[event.key]?.focus();
}

export interface ListRowProps {
  readonly title: string;
  readonly icon?: LucideIcon | undefined;
  /** A second line. */
  readonly detail?: ReactNode;
  /** At the right end while no actions are shown: a size, a time, a badge. */
  readonly meta?: ReactNode;
  readonly selected?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly onSelect?: (() => void) | undefined;
  /** Buttons that appear on hover and focus. They stay reachable by keyboard throughout. */
  readonly actions?: ReactNode;
  /** Shows the actions always. */
  readonly showActions?: boolean | undefined;
  /** Below the row's lines, at full width: a progress bar, an error. */
  readonly children?: ReactNode;
}

export function ListRow({
  title,
  icon: Icon,
  detail,
  meta,
  selected = false,
  disabled = false,
  onSelect,
  actions,
  showActions = false,
  children,
}: ListRowProps): ReactNode {
  const lines = (
    <>
      {Icon && <Icon size={16} strokeWidth={1.75} aria-hidden />}
      <span className={styles["lines"]}>
        <span className={styles["title"]} title={title}>
          {title}
        </span>
        {Boolean(detail) && <span className={styles["detail"]}>{detail}</span>}
      </span>
      {Boolean(meta) && <span className={styles["meta"]}>{meta}</span>}
    </>
  );
  return (
    <li
      className={cx(styles["row"], selected && styles["selected"], onSelect && styles["choosable"])}
    >
      <div className={styles["line"]}>
        {onSelect ? (
          <button
            type="button"
            data-row
            className={styles["main"]}
            aria-current={selected ? "true" : undefined}
            disabled={disabled}
            onClick={onSelect}
          >
            {lines}
          </button>
        ) : (
          <div className={styles["main"]}>{lines}</div>
        )}
        {Boolean(actions) && (
          <div className={cx(styles["actions"], showActions && styles["shown"])}>{actions}</div>
        )}
      </div>
      {Boolean(children) && <div className={styles["below"]}>{children}</div>}
    </li>
  );
}
