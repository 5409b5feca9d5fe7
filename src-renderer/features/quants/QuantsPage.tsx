import { Box, Download, Scale, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { QuantFormat, QuantRun } from "../../../src-main/contract/quantBench.ts";
import { modelsState, quantsState, useMirror } from "../../api/engine.ts";
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
import { describeWhen } from "../bench/benchView.ts";
import { deleteRuns, exportRuns, useQuantWork } from "./quantActions.ts";
import { QuantForm } from "./QuantForm.tsx";
import { QuantHistory } from "./QuantHistory.tsx";
import { QuantResult } from "./QuantResult.tsx";

/** Quantizations on this machine: measure some, look at what each costs and keeps, choose. */
export function QuantsPage(): ReactNode {
  const { quants: words, bench, locale } = useStrings();
  const state = useMirror(quantsState, (value) => value);
  const usable = useMirror(
    modelsState,
    ({ models }) =>
      models.filter(
        ({ kind, error, server }) => (kind === "chat" || kind === "embedding") && !error && !server,
      ).length,
  );
  const go = useNavigation((navigation) => navigation.go);
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
            <ExportMenu runs={runs} shown={shown} />
          </>
        )
      }
    >
      {(!state || usable === undefined) && <Skeleton label={words.reading} lines={5} />}
      {state && usable === 0 && (
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

function ExportMenu({
  runs,
  shown,
}: {
  readonly runs: readonly QuantRun[];
  readonly shown: QuantRun;
}): ReactNode {
  const { quants: words } = useStrings();
  const formats = ["markdown", "csv", "json", "svg"] as const;
  const item = (scope: "exportShown" | "exportAll", format: QuantFormat): MenuItem => ({
    id: `${scope}-${format}`,
    label: words[scope][format],
    onSelect: () =>
      void exportRuns(scope === "exportAll" ? runs.map(({ id }) => id) : [shown.id], format),
  });
  return (
    <Menu
      align="end"
      items={[
        ...formats.map((format) => item("exportShown", format)),
        { kind: "separator", id: "line" },
        ...formats.map((format) => item("exportAll", format)),
      ]}
    >
      <Button icon={Download}>{words.export}</Button>
    </Menu>
  );
}
