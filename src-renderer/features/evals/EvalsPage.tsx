import { Box, ClipboardCheck, Download, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { EvalFormat, EvalRun } from "../../../src-main/contract/evals.ts";
import { evalsState, modelsState, useMirror } from "../../api/engine.ts";
import { useNavigation } from "../../app/navigation.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Menu } from "../../ui/Menu.tsx";
import type { MenuItem } from "../../ui/menuItems.tsx";
import { PageFrame, PageMiddle, PageSection } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
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
  const go = useNavigation((navigation) => navigation.go);
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
            <ExportMenu runs={runs} compared={compared} />
          </>
        )
      }
    >
      {(!state || hasEmbedder === undefined) && <Skeleton label={words.reading} lines={5} />}
      {state && hasEmbedder === false && (
        <PageMiddle>
          <EmptyState
            icon={Box}
            title={words.noModelTitle}
            actions={<Button onClick={() => go({ kind: "models" })}>{bench.openModels}</Button>}
          >
            {words.noModelText}
          </EmptyState>
        </PageMiddle>
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

function ExportMenu({
  runs,
  compared,
}: {
  readonly runs: readonly EvalRun[];
  readonly compared: readonly EvalRun[];
}): ReactNode {
  const { evals: words } = useStrings();
  const item = (scope: "exportAll" | "exportChosen", format: EvalFormat): MenuItem => {
    const ids = (scope === "exportAll" ? runs : compared).map((run) => run.id);
    return {
      id: `${scope}-${format}`,
      label: words[scope][format],
      disabled: ids.length === 0,
      onSelect: () => void exportRuns(ids, format),
    };
  };
  const formats = ["markdown", "csv", "json"] as const;
  return (
    <Menu
      align="end"
      items={[
        ...formats.map((format) => item("exportAll", format)),
        { kind: "separator", id: "line" },
        ...formats.map((format) => item("exportChosen", format)),
      ]}
    >
      <Button icon={Download}>{words.export}</Button>
    </Menu>
  );
}
