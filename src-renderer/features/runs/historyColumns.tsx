import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "../../ui/IconButton.tsx";
import type { TableColumn } from "../../ui/Table.tsx";
import { describeWhen } from "../bench/benchView.ts";
import styles from "./history.module.css";

/** A kept run: of any kind, told from others by its time. */
interface Kept {
  readonly id: string;
  readonly at: number;
}

/** Chooses runs, several or one. */
export function chooseColumn<Run extends Kept>(options: {
  readonly header: string;
  /** `radio`: one of them. */
  readonly type: "checkbox" | "radio";
  readonly chosen: readonly string[];
  readonly label: (run: Run) => string;
  readonly onChoose: (id: string, on: boolean) => void;
}): TableColumn<Run> {
  const { header, type, chosen, label, onChoose } = options;
  return {
    id: "choose",
    header,
    hideHeader: true,
    cell: (run) => (
      <label className={styles["tick"]}>
        <input
          type={type}
          {...(type === "radio" ? { name: "chosen-run" } : {})}
          aria-label={label(run)}
          checked={chosen.includes(run.id)}
          onChange={(event) => onChoose(run.id, event.target.checked)}
        />
      </label>
    ),
  };
}

/** What was measured: its name with its marks, and below it how. */
export function RunCell({
  name,
  settings,
  children,
}: {
  readonly name: string;
  readonly settings: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className={styles["model"]}>
      <p>
        {name} {children}
      </p>
      <p className={styles["settings"]}>{settings}</p>
    </div>
  );
}

export function dateColumn<Run extends Kept>(header: string, locale: string): TableColumn<Run> {
  return {
    id: "date",
    header,
    sortValue: (run) => run.at,
    cell: (run) => (
      <time className={styles["date"]} dateTime={new Date(run.at).toISOString()}>
        {describeWhen(run.at, locale)}
      </time>
    ),
  };
}

/** @param others what else can be done with a run, before the button that deletes it */
export function actionsColumn<Run extends Kept>(options: {
  readonly header: string;
  readonly deleteLabel: (run: Run) => string;
  readonly onDelete: (ids: string[]) => Promise<void>;
  readonly others?: (run: Run) => ReactNode;
}): TableColumn<Run> {
  const { header, deleteLabel, onDelete, others } = options;
  return {
    id: "actions",
    header,
    hideHeader: true,
    align: "end",
    cell: (run) => (
      <span className={styles["date"]}>
        {others?.(run)}
        <IconButton
          icon={Trash2}
          label={deleteLabel(run)}
          tooltipSide="left"
          onClick={() => void onDelete([run.id])}
        />
      </span>
    ),
  };
}
