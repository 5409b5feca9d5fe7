import { Trash2, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { BenchRun } from "../../../src-main/contract/bench.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Table, type TableColumn } from "../../ui/Table.tsx";
import { deleteRuns } from "./benchActions.ts";
import {
  testsOf,
  describeSettings,
  describeWhen,
  formatTableRate,
  measureOf,
  nameOf,
  type TestKind,
} from "./benchView.ts";
import styles from "./History.module.css";

/** Every run that was kept, with its settings and numbers; a tick compares it. */
export function History({
  runs,
  chosen,
  onChoose,
}: {
  readonly runs: readonly BenchRun[];
  readonly chosen: readonly string[];
  readonly onChoose: (ids: readonly string[]) => void;
}): ReactNode {
  const strings = useStrings();
  const toggle = (id: string, on: boolean): void => {
    const here = chosen.filter((other) => other !== id && runs.some((run) => run.id === other));
    onChoose(on ? [...here, id] : here);
  };
  return (
    <Table
      caption={strings.bench.historyCaption}
      columns={[
        compareColumn(chosen, toggle, strings),
        ...factColumns(strings),
        ...testsOf(runs).map((group) => rateColumn(group, strings)),
        deleteColumn(strings),
      ]}
      rows={runs}
      rowKey={(run) => run.id}
      initialSort={{ columnId: "date", direction: "descending" }}
    />
  );
}

type Column = TableColumn<BenchRun>;

function compareColumn(
  chosen: readonly string[],
  toggle: (id: string, on: boolean) => void,
  strings: Strings,
): Column {
  const { bench: words, locale } = strings;
  return {
    id: "compare",
    header: words.columns.compare,
    hideHeader: true,
    cell: (run) => (
      <label className={styles["tick"]}>
        <input
          type="checkbox"
          aria-label={words.compareRun(nameOf(run, strings), describeWhen(run.at, locale))}
          checked={chosen.includes(run.id)}
          onChange={(event) => toggle(run.id, event.target.checked)}
        />
      </label>
    ),
  };
}

function factColumns(strings: Strings): Column[] {
  const { bench: words, locale } = strings;
  return [
    {
      id: "model",
      header: words.columns.model,
      width: "100%",
      sortValue: (run) => nameOf(run, strings),
      cell: (run) => (
        <div className={styles["model"]}>
          <p>
            {nameOf(run, strings)}{" "}
            {run.disturbed && (
              <span title={words.disturbedHint}>
                <Badge tone="warn" icon={TriangleAlert}>
                  {words.disturbed}
                </Badge>
              </span>
            )}
          </p>
          <p className={styles["settings"]}>{describeSettings(run, strings)}</p>
        </div>
      ),
    },
    {
      id: "date",
      header: words.columns.date,
      sortValue: (run) => run.at,
      cell: (run) => (
        <time className={styles["date"]} dateTime={new Date(run.at).toISOString()}>
          {describeWhen(run.at, locale)}
        </time>
      ),
    },
  ];
}

function rateColumn({ key, test, chats }: TestKind, { bench: words, locale }: Strings): Column {
  const { columns } = words;
  return {
    id: key,
    header:
      test === "chats" ? (chats === 1 ? columns.chats1 : columns.chats(chats)) : columns[test],
    align: "end",
    sortValue: (run) => measureOf(run, key)?.tokensPerSecond ?? 0,
    cell: (run) => {
      const measure = measureOf(run, key);
      return measure ? formatTableRate(measure.tokensPerSecond, locale) : "–";
    },
  };
}

function deleteColumn(strings: Strings): Column {
  const { bench: words, locale } = strings;
  return {
    id: "actions",
    header: words.columns.actions,
    hideHeader: true,
    align: "end",
    cell: (run) => (
      <IconButton
        icon={Trash2}
        label={words.deleteRun(nameOf(run, strings), describeWhen(run.at, locale))}
        tooltipSide="left"
        onClick={() => void deleteRuns([run.id])}
      />
    ),
  };
}
