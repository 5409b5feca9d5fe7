import { FilePlus, RefreshCw } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import type { MemoryEstimate, ModelsState } from "../../../src-main/contract/models.ts";
import { modelsState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { PageFrame, PageMiddle, PageSection } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ServersSection } from "../servers/ServersSection.tsx";
import { AddModelDialog } from "./AddModelDialog.tsx";
import { FirstRun } from "./FirstRun.tsx";
import { groupModels, type ModelFamily, type ModelSection } from "./groupModels.ts";
import { ModelCard } from "./ModelCard.tsx";
import { rescanModels, useModelWork } from "./modelActions.ts";
import { StarterSection } from "./StarterSection.tsx";
import { useEstimates } from "./useEstimates.ts";

/** The models on this computer, and the ones to begin with. */
export function ModelsPage(): ReactNode {
  const { models: words, locale } = useStrings();
  const state = useMirror(modelsState, (value) => value);
  const { rescanning, rescanError } = useModelWork();
  const [adding, setAdding] = useState(false);
  const own = useMemo(() => (state?.models ?? []).filter(({ server }) => !server), [state?.models]);
  const groups = useMemo(() => groupModels(own, locale), [own, locale]);
  const estimates = useEstimates(state);
  const count = own.length;
  const starterNeeded = state?.chatModelId === null || state?.embeddingModelId === null;
  return (
    <PageFrame
      title={words.title}
      meta={count > 0 && formatCount(count, locale)}
      actions={
        <>
          <Button
            icon={RefreshCw}
            busy={rescanning}
            busyLabel={words.rescanning}
            onClick={() => void rescanModels()}
          >
            {words.rescan}
          </Button>
          <Button icon={FilePlus} onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        </>
      }
    >
      {rescanError && <InlineError error={rescanError} />}
      {!state && <Skeleton label={words.reading} lines={5} />}
      {state && count === 0 && (
        <PageMiddle>
          <FirstRun />
        </PageMiddle>
      )}
      {state && count > 0 && (
        <>
          {starterNeeded && <StarterSection starter={state.starter} needed />}
          {groups.map(({ section, families }) => (
            <Group
              key={section}
              section={section}
              families={families}
              state={state}
              estimates={estimates}
            />
          ))}
          {!starterNeeded && <StarterSection starter={state.starter} needed={false} />}
        </>
      )}
      {state && <ServersSection />}
      {adding && <AddModelDialog onClose={() => setAdding(false)} />}
    </PageFrame>
  );
}

function Group({
  section,
  families,
  state,
  estimates,
}: {
  readonly section: ModelSection;
  readonly families: readonly ModelFamily[];
  readonly state: ModelsState;
  readonly estimates: readonly MemoryEstimate[];
}): ReactNode {
  const { models: words } = useStrings();
  return (
    <PageSection title={words.groups[section]} hint={words.groupHints[section]} plain>
      {families.map((family) => (
        <ModelCard
          key={family.key}
          family={family}
          section={section}
          state={state}
          estimates={estimates}
        />
      ))}
    </PageSection>
  );
}
