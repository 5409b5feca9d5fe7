import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { QuantRun } from "../../../src-main/contract/quantBench.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Table, type TableColumn } from "../../ui/Table.tsx";
import { describeWhen } from "../bench/benchView.ts";
import { actionsColumn, chooseColumn, dateColumn, RunCell } from "../runs/historyColumns.tsx";
import { deleteRuns, showRuns } from "./quantActions.ts";

/** Every comparison that was kept; one is shown. */
export function QuantHistory({
  runs,
  shownId,
}: {
  readonly runs: readonly QuantRun[];
  readonly shownId: string;
}): ReactNode {
  const strings = useStrings();
  return (
    <Table
      caption={strings.quants.historyCaption}
      columns={columnsFor(shownId, strings)}
      rows={runs}
      rowKey={(run) => run.id}
      selectedKey={shownId}
      initialSort={{ columnId: "date", direction: "descending" }}
    />
  );
}

function columnsFor(shownId: string, { quants: words, locale }: Strings): TableColumn<QuantRun>[] {
  const when = (run: QuantRun): string => describeWhen(run.at, locale);
  return [
    chooseColumn({
      header: words.shownRun,
      type: "radio",
      chosen: [shownId],
      label: (run) => words.show(when(run)),
      onChoose: (id) => showRuns([id]),
    }),
    {
      id: "run",
      header: words.columns.run,
      width: "100%",
      cell: (run) => (
        <RunCell
          name={[...new Set(run.rows.map(({ model }) => model))].join(", ")}
          settings={run.rows.map(({ quantization }) => quantization).join(", ")}
        >
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
    actionsColumn({
      header: words.columns.actions,
      deleteLabel: (run) => words.deleteRun(when(run)),
      onDelete: deleteRuns,
    }),
  ];
}
