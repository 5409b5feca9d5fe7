import { Gauge, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { benchState, modelsState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { PageFrame, PageMiddle, PageSection } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ExportMenu } from "../runs/ExportMenu.tsx";
import { NoModel } from "../runs/NoModel.tsx";
import { choose, deleteRuns, exportRuns, useBenchWork } from "./benchActions.ts";
import { firstChoice } from "./benchView.ts";
import { Comparison } from "./Comparison.tsx";
import { History } from "./History.tsx";
import { RunForm } from "./RunForm.tsx";

/** How fast models are on this machine: measure one, look at what was measured, compare. */
export function BenchPage(): ReactNode {
  const { bench: words, locale } = useStrings();
  const state = useMirror(benchState, (value) => value);
  const chatModels = useMirror(
    modelsState,
    (models) =>
      models.models.filter((model) => model.kind === "chat" && !model.error && !model.server)
        .length,
  );
  const runs = state?.runs ?? [];
  const own = useBenchWork((work) => work.chosen);
  const ids = own ?? firstChoice(runs);
  // In the order of time, so that what came later is compared with what was before.
  const compared = runs.filter((run) => ids.includes(run.id)).reverse();
  return (
    <PageFrame
      title={words.title}
      meta={runs.length > 0 && words.count(formatCount(runs.length, locale))}
      width="wide"
      actions={
        runs.length > 0 && (
          <>
            <IconButton
              icon={Trash2}
              label={words.deleteChosen(compared.length)}
              disabled={compared.length === 0}
              onClick={() => void deleteRuns(compared.map((run) => run.id))}
            />
            <ExportMenu
              label={words.export}
              formats={["csv", "json"]}
              groups={[
                { id: "all", runs, labels: words.exportAll },
                { id: "compared", runs: compared, labels: words.exportChosen },
              ]}
              onExport={exportRuns}
            />
          </>
        )
      }
    >
      {(!state || chatModels === undefined) && <Skeleton label={words.reading} lines={5} />}
      {state && chatModels === 0 && <NoModel title={words.noModelTitle} text={words.noModelText} />}
      {state && chatModels !== undefined && chatModels > 0 && (
        <PageSection title={words.runTitle} hint={words.runHint}>
          <RunForm current={state.current} runs={runs} />
        </PageSection>
      )}
      {state && chatModels !== undefined && chatModels > 0 && runs.length === 0 && (
        <PageMiddle>
          <EmptyState icon={Gauge} title={words.emptyTitle}>
            {words.emptyText}
          </EmptyState>
        </PageMiddle>
      )}
      {runs.length > 0 && (
        <>
          <PageSection title={words.compareTitle} hint={words.compareHint}>
            <Comparison runs={compared} />
          </PageSection>
          <PageSection title={words.historyTitle} hint={words.historyHint}>
            <History runs={runs} chosen={ids} onChoose={choose} />
          </PageSection>
        </>
      )}
    </PageFrame>
  );
}
