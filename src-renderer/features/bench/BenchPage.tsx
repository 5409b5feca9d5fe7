import { Box, Download, Gauge, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { BenchRun } from "../../../src-main/contract/bench.ts";
import { benchState, modelsState, useMirror } from "../../api/engine.ts";
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
  const go = useNavigation((navigation) => navigation.go);
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
            <ExportMenu runs={runs} compared={compared} />
          </>
        )
      }
    >
      {(!state || chatModels === undefined) && <Skeleton label={words.reading} lines={5} />}
      {state && chatModels === 0 && (
        <PageMiddle>
          <EmptyState
            icon={Box}
            title={words.noModelTitle}
            actions={<Button onClick={() => go({ kind: "models" })}>{words.openModels}</Button>}
          >
            {words.noModelText}
          </EmptyState>
        </PageMiddle>
      )}
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

function ExportMenu({
  runs,
  compared,
}: {
  readonly runs: readonly BenchRun[];
  readonly compared: readonly BenchRun[];
}): ReactNode {
  const { bench: words } = useStrings();
  const all = runs.map((run) => run.id);
  const some = compared.map((run) => run.id);
  const item = (scope: "exportAll" | "exportChosen", format: "csv" | "json"): MenuItem => {
    const ids = scope === "exportAll" ? all : some;
    return {
      id: `${scope}-${format}`,
      label: words[scope][format],
      disabled: ids.length === 0,
      onSelect: () => void exportRuns(ids, format),
    };
  };
  return (
    <Menu
      align="end"
      items={[
        item("exportAll", "csv"),
        item("exportAll", "json"),
        { kind: "separator", id: "line" },
        item("exportChosen", "csv"),
        item("exportChosen", "json"),
      ]}
    >
      <Button icon={Download}>{words.export}</Button>
    </Menu>
  );
}
