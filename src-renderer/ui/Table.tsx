import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cx } from "../lib/cx.ts";
import { useStrings } from "../lib/strings/index.ts";
import { Spinner } from "./Spinner.tsx";
import styles from "./Table.module.css";
import { VisuallyHidden } from "./VisuallyHidden.tsx";

export interface TableColumn<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** The header is for those who listen only, as over a column of buttons. */
  readonly hideHeader?: boolean | undefined;
  /** What the column sorts by; without it the column does not sort. */
  readonly sortValue?: ((row: Row) => string | number) | undefined;
  /** Numbers stand at the end, in figures of one width. */
  readonly align?: "start" | "end" | undefined;
  /** A CSS width. */
  readonly width?: string | undefined;
}

export interface TableSort {
  readonly columnId: string;
  readonly direction: "ascending" | "descending";
}

export interface TableProps<Row> {
  /** What the table lists, for those who listen. */
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly initialSort?: TableSort | undefined;
  /** Shown in place of rows when there are none. */
  readonly empty?: ReactNode;
  /** What is being waited for: "Reading models…". Rows that are there stay. */
  readonly busyLabel?: string | undefined;
  readonly selectedKey?: string | undefined;
  /** Sums, under a rule. One cell per column. */
  readonly footer?: readonly ReactNode[] | undefined;
}

/** Equal things keep their order; texts compare as people of the locale sort them. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  sort: TableSort | undefined,
  locale = "en",
): readonly Row[] {
  const value = columns.find((column) => column.id === sort?.columnId)?.sortValue;
  if (!sort || !value) return rows;
  const texts = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const sign = sort.direction === "ascending" ? 1 : -1;
  return rows.slice().sort((one, other) => {
    const [x, y] = [value(one), value(other)];
    return (
      sign *
      (typeof x === "number" && typeof y === "number" ? x - y : texts.compare(String(x), String(y)))
    );
  });
}

export function Table<Row>({
  caption,
  columns,
  rows,
  rowKey,
  initialSort,
  empty,
  busyLabel,
  selectedKey,
  footer,
}: TableProps<Row>): ReactNode {
  const strings = useStrings();
  const [sort, setSort] = useState(initialSort);
  const sorted = sortRows(rows, columns, sort, strings.locale);
  return (
    <div className={styles["frame"]}>
      <table className={styles["table"]} aria-busy={busyLabel !== undefined || undefined}>
        <caption>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            {columns.map((column) => {
              const direction = sort?.columnId === column.id ? sort.direction : undefined;
              return (
                <th
                  key={column.id}
                  scope="col"
                  className={cx(column.align === "end" && styles["end"])}
                  style={column.width === undefined ? undefined : { width: column.width }}
                  aria-sort={column.sortValue ? (direction ?? "none") : undefined}
                >
                  {column.sortValue ? (
                    <button
                      type="button"
                      className={styles["sort"]}
                      title={strings.ui.sortBy(column.header)}
                      onClick={() =>
                        setSort({
                          columnId: column.id,
                          direction: direction === "ascending" ? "descending" : "ascending",
                        })
                      }
                    >
                      {column.header}
                      {direction === "descending" ? (
                        <ArrowDown size={12} aria-hidden />
                      ) : (
                        <ArrowUp
                          size={12}
                          aria-hidden
                          className={cx(!direction && styles["unsorted"])}
                        />
                      )}
                    </button>
                  ) : column.hideHeader ? (
                    <VisuallyHidden>{column.header}</VisuallyHidden>
                  ) : (
                    column.header
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => {
            const key = rowKey(row);
            return (
              <tr key={key} aria-current={key === selectedKey ? "true" : undefined}>
                {columns.map((column) => (
                  <td key={column.id} className={cx(column.align === "end" && styles["end"])}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {rows.length === 0 && (
            <tr className={styles["none"]}>
              <td colSpan={columns.length}>
                {busyLabel === undefined ? (
                  (empty ?? strings.ui.noMatches)
                ) : (
                  <span role="status" className={styles["busy"]}>
                    <Spinner />
                    {busyLabel}
                  </span>
                )}
              </td>
            </tr>
          )}
        </tbody>
        {footer && (
          <tfoot>
            <tr>
              {columns.map((column, index) => (
                <td key={column.id} className={cx(column.align === "end" && styles["end"])}>
                  {footer[index]}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
