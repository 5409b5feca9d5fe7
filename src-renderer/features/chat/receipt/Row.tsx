import type { ReactNode } from "react";
import styles from "./Receipt.module.css";

export interface RowProps {
  readonly name: string;
  /** What belongs to the name, in smaller words below it. */
  readonly note?: string | undefined;
  /** A part of a bar above the table: its colour stands before the name. */
  readonly part?: string | undefined;
  /** How long the bar below the name is, 0 to 1. */
  readonly share?: number | undefined;
  readonly children: ReactNode;
}

/** A line of a receipt: what it is, and how much. */
export function Row({ name, note = "", part, share, children }: RowProps): ReactNode {
  return (
    <tr>
      <th scope="row">
        {part !== undefined && <span className={styles["swatch"]} data-part={part} aria-hidden />}
        {name}
        {note !== "" && <span className={styles["note"]}>{note}</span>}
        {share !== undefined && (
          <span className={styles["bar"]} aria-hidden>
            <span style={{ width: `${Math.min(1, share) * 100}%` }} />
          </span>
        )}
      </th>
      <td>{children}</td>
    </tr>
  );
}
