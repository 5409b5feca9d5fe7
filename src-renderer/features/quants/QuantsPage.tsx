import { Scale, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { modelsState, quantsState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { PageFrame, PageMiddle, PageSection } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ExportMenu } from "../runs/ExportMenu.tsx";
import { NoModel } from "../runs/NoModel.tsx";
import { describeWhen } from "../bench/benchView.ts";
import { deleteRuns, exportRuns, useQuantWork } from "./quantActions.ts";
import { QuantForm } from "./QuantForm.tsx";
import { QuantHistory } from "./QuantHistory.tsx";
import { QuantResult } from "./QuantResult.tsx";

/** Quantizations on this machine: measure some, look at what each costs and keeps, choose. */
export function QuantsPage(): ReactNode {
  const { quants: words, locale } = useStrings();
  const state = useMirror(quantsState, (value) => value);
  const usable = useMirror(
    modelsState,
    ({ models }) =>
      models.filter(
        ({ kind, error, server }) => (kind === "chat" || kind === "embedding") && !error && !server,
      ).length,
  );
  const runs = state?.runs ?? [];
  const [chosenId] = useQuantWork((work) => work.chosen) ?? [];
  const shown = runs.find(({ id }) => id === chosenId) ?? runs[0];
  return (
    <PageFrame
      title={words.title}
      meta={runs.length > 0 && words.count(formatCount(runs.length, locale))}
      width="wide"
      actions={
        shown && (
          <>
            <IconButton
              icon={Trash2}
              label={words.deleteRun(describeWhen(shown.at, locale))}
              onClick={() => void deleteRuns([shown.id])}
            />
            <ExportMenu
              label={words.export}
              formats={["markdown", "csv", "json", "svg"]}
              groups={[
                { id: "shown", runs: [shown], labels: words.exportShown },
                { id: "all", runs, labels: words.exportAll },
              ]}
              onExport={exportRuns}
            />
          </>
        )
      }
    >
      {(!state || usable === undefined) && <Skeleton label={words.reading} lines={5} />}
      {state && usable === 0 && <NoModel title={words.noModelTitle} text={words.noModelText} />}
      {state && usable !== undefined && usable > 0 && (
        <PageSection title={words.runTitle} hint={words.runHint}>
          <QuantForm current={state.current} runs={runs} />
        </PageSection>
      )}
      {state && usable !== undefined && usable > 0 && runs.length === 0 && (
        <PageMiddle>
          <EmptyState icon={Scale} title={words.emptyTitle}>
            {words.emptyText}
          </EmptyState>
        </PageMiddle>
      )}
      {shown && <QuantResult run={shown} />}
      {shown && (
        <PageSection title={words.historyTitle}>
          <QuantHistory runs={runs} shownId={shown.id} />
        </PageSection>
      )}
    </PageFrame>
  );
}
