import { Pause, Play } from "lucide-react";
import type { ReactNode } from "react";
import type { EvalRun } from "../../../src-main/contract/evals.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Table, type TableColumn } from "../../ui/Table.tsx";
import { describeWhen } from "../bench/benchView.ts";
import { actionsColumn, chooseColumn, dateColumn, RunCell } from "../runs/historyColumns.tsx";
import { continueEval, deleteRuns } from "./evalActions.ts";
import { describeWho } from "./evalView.ts";

/** Every run that was kept; a tick compares it, and a stopped one can be gone on with. */
export function EvalHistory({
  runs,
  chosen,
  busy,
  onChoose,
}: {
  readonly runs: readonly EvalRun[];
  readonly chosen: readonly string[];
  /** Another evaluation runs. */
  readonly busy: boolean;
  readonly onChoose: (ids: readonly string[]) => void;
}): ReactNode {
  const strings = useStrings();
  const toggle = (id: string, on: boolean): void => {
    const here = chosen.filter((other) => other !== id && runs.some((run) => run.id === other));
    onChoose(on ? [...here, id] : here);
  };
  return (
    <Table
      caption={strings.evals.historyCaption}
      columns={columnsFor(chosen, busy, toggle, strings)}
      rows={runs}
      rowKey={(run) => run.id}
      initialSort={{ columnId: "date", direction: "descending" }}
    />
  );
}

function columnsFor(
  chosen: readonly string[],
  busy: boolean,
  toggle: (id: string, on: boolean) => void,
  strings: Strings,
): readonly TableColumn<EvalRun>[] {
  const { evals: words, locale } = strings;
  const when = (run: EvalRun): string => describeWhen(run.at, locale);
  return [
    chooseColumn({
      header: words.columns.compare,
      type: "checkbox",
      chosen,
      label: (run) => words.compareRun(run.setName, when(run)),
      onChoose: toggle,
    }),
    {
      id: "set",
      header: words.columns.set,
      width: "100%",
      sortValue: (run) => run.setName,
      cell: (run) => (
        <RunCell name={run.setName} settings={describeWho(run, strings)}>
          {run.status === "stopped" && (
            <span title={words.stoppedHint}>
              <Badge tone="warn" icon={Pause}>
                {words.stopped}
              </Badge>
            </span>
          )}
        </RunCell>
      ),
    },
    dateColumn(words.columns.date, locale),
    {
      id: "questions",
      header: words.columns.count,
      align: "end",
      sortValue: (run) => run.questions,
      cell: (run) => formatCount(run.questions, locale),
    },
    actionsColumn({
      header: words.columns.actions,
      deleteLabel: (run) => words.deleteRun(run.setName, when(run)),
      onDelete: deleteRuns,
      others: (run) =>
        run.status === "stopped" && (
          <IconButton
            icon={Play}
            label={words.continue(run.setName, when(run))}
            tooltipSide="left"
            disabled={busy}
            onClick={() => void continueEval(run.id)}
          />
        ),
    }),
  ];
}
