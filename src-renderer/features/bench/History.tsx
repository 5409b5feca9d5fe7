import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { BenchRun } from "../../../src-main/contract/bench.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Table, type TableColumn } from "../../ui/Table.tsx";
import { actionsColumn, chooseColumn, dateColumn, RunCell } from "../runs/historyColumns.tsx";
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
  const { bench: words, locale } = strings;
  const of = (run: BenchRun): [string, string] => [
    nameOf(run, strings),
    describeWhen(run.at, locale),
  ];
  const toggle = (id: string, on: boolean): void => {
    const here = chosen.filter((other) => other !== id && runs.some((run) => run.id === other));
    onChoose(on ? [...here, id] : here);
  };
  return (
    <Table
      caption={words.historyCaption}
      columns={[
        chooseColumn<BenchRun>({
          header: words.columns.compare,
          type: "checkbox",
          chosen,
          label: (run) => words.compareRun(...of(run)),
          onChoose: toggle,
        }),
        ...factColumns(strings),
        ...testsOf(runs).map((group) => rateColumn(group, strings)),
        actionsColumn<BenchRun>({
          header: words.columns.actions,
          deleteLabel: (run) => words.deleteRun(...of(run)),
          onDelete: deleteRuns,
        }),
      ]}
      rows={runs}
      rowKey={(run) => run.id}
      initialSort={{ columnId: "date", direction: "descending" }}
    />
  );
}

type Column = TableColumn<BenchRun>;

function factColumns(strings: Strings): Column[] {
  const { bench: words, locale } = strings;
  return [
    {
      id: "model",
      header: words.columns.model,
      width: "100%",
      sortValue: (run) => nameOf(run, strings),
      cell: (run) => (
        <RunCell name={nameOf(run, strings)} settings={describeSettings(run, strings)}>
          {run.disturbed && (
            <span title={words.disturbedHint}>
              <Badge tone="warn" icon={TriangleAlert}>
                {words.disturbed}
              </Badge>
            </span>
          )}
        </RunCell>
      ),
    },
    dateColumn(words.columns.date, locale),
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
