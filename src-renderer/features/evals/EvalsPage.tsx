import { ClipboardCheck, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { evalsState, modelsState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { PageFrame, PageMiddle, PageSection } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ExportMenu } from "../runs/ExportMenu.tsx";
import { NoModel } from "../runs/NoModel.tsx";
import { chooseRuns, deleteRuns, exportRuns, useEvalWork } from "./evalActions.ts";
import { EvalComparison } from "./EvalComparison.tsx";
import { EvalForm } from "./EvalForm.tsx";
import { EvalHistory } from "./EvalHistory.tsx";
import { firstChoice } from "./evalView.ts";
import { OwnSets } from "./OwnSets.tsx";

/** How right answers and citations are: put questions whose answers are known, look, compare. */
export function EvalsPage(): ReactNode {
  const { evals: words, bench, locale } = useStrings();
  const state = useMirror(evalsState, (value) => value);
  const hasEmbedder = useMirror(modelsState, (models) => models.embeddingModelId !== null);
  const runs = state?.runs ?? [];
  const own = useEvalWork((work) => work.chosen);
  const ids = own ?? firstChoice(runs);
  // In the order of time, so that what came later stands below what was before.
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
              label={bench.deleteChosen(compared.length)}
              disabled={compared.length === 0}
              onClick={() => void deleteRuns(compared.map((run) => run.id))}
            />
            <ExportMenu
              label={words.export}
              formats={["markdown", "csv", "json"]}
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
      {(!state || hasEmbedder === undefined) && <Skeleton label={words.reading} lines={5} />}
      {state && hasEmbedder === false && (
        <NoModel title={words.noModelTitle} text={words.noModelText} />
      )}
      {state && hasEmbedder === true && (
        <>
          <PageSection title={words.runTitle} hint={words.runHint}>
            <EvalForm current={state.current} runs={runs} sets={state.sets} />
          </PageSection>
          {runs.length === 0 && (
            <PageMiddle>
              <EmptyState icon={ClipboardCheck} title={words.emptyTitle}>
                {words.emptyText}
              </EmptyState>
            </PageMiddle>
          )}
        </>
      )}
      {runs.length > 0 && (
        <>
          <EvalComparison runs={compared} />
          <PageSection title={words.historyTitle}>
            <EvalHistory
              runs={runs}
              chosen={ids}
              busy={state?.current !== null}
              onChoose={chooseRuns}
            />
          </PageSection>
        </>
      )}
      {state && hasEmbedder === true && (
        <PageSection title={words.ownTitle} hint={words.ownHint}>
          <OwnSets sets={state.sets} />
        </PageSection>
      )}
    </PageFrame>
  );
}
