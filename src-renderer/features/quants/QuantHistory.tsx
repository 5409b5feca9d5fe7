import { Trash2, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { QuantRun } from "../../../src-main/contract/quantBench.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Table, type TableColumn } from "../../ui/Table.tsx";
import history from "../bench/History.module.css";
import { describeWhen } from "../bench/benchView.ts";
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
    {
      id: "show",
      header: words.shownRun,
      hideHeader: true,
      cell: (run) => (
        <label className={history["tick"]}>
          <input
            type="radio"
            name="shown-comparison"
            aria-label={words.show(when(run))}
            checked={run.id === shownId}
            onChange={() => showRuns([run.id])}
          />
        </label>
      ),
    },
    {
      id: "run",
      header: words.columns.run,
      width: "100%",
      cell: (run) => (
        <div className={history["model"]}>
          <p>
            {[...new Set(run.rows.map(({ model }) => model))].join(", ")}{" "}
            {run.disturbed && (
              <span title={words.disturbedHint}>
                <Badge tone="warn" icon={TriangleAlert}>
                  {words.disturbed}
                </Badge>
              </span>
            )}
          </p>
          <p className={history["settings"]}>
            {run.rows.map(({ quantization }) => quantization).join(", ")}
          </p>
        </div>
      ),
    },
    {
      id: "date",
      header: words.columns.date,
      sortValue: (run) => run.at,
      cell: (run) => (
        <time className={history["date"]} dateTime={new Date(run.at).toISOString()}>
          {when(run)}
        </time>
      ),
    },
    {
      id: "actions",
      header: words.columns.actions,
      hideHeader: true,
      align: "end",
      cell: (run) => (
        <IconButton
          icon={Trash2}
          label={words.deleteRun(when(run))}
          tooltipSide="left"
          onClick={() => void deleteRuns([run.id])}
        />
      ),
    },
  ];
}
