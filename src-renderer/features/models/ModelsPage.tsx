import { FilePlus, FolderSearch, RefreshCw } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import type { MemoryEstimate, ModelsState } from "../../../src-main/contract/models.ts";
import { modelsState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { PageFrame, PageMiddle, PageSection } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { AddModelDialog } from "./AddModelDialog.tsx";
import { AppModelsDialog } from "./find/AppModelsDialog.tsx";
import { DownloadList } from "./find/DownloadList.tsx";
import { FindModels } from "./find/FindModels.tsx";
import { openRepository, showTab, useFind } from "./find/findStore.ts";
import { RepositoryDialog } from "./find/RepositoryDialog.tsx";
import { FirstRun } from "./FirstRun.tsx";
import { groupModels, type ModelFamily, type ModelSection } from "./groupModels.ts";
import { ModelCard } from "./ModelCard.tsx";
import { rescanModels, useModelWork } from "./modelActions.ts";
import { StarterSection } from "./StarterSection.tsx";
import styles from "./ModelsPage.module.css";
import { useEstimates } from "./useEstimates.ts";

/** The models on this computer, and those that are to be had. */
export function ModelsPage(): ReactNode {
  const { models: words, hub, locale } = useStrings();
  const count = useMirror(modelsState, (state) => state.models.length) ?? 0;
  const { rescanning, rescanError } = useModelWork();
  const { tab, opened } = useFind();
  const [adding, setAdding] = useState<"file" | "apps" | null>(null);
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
          <Button icon={FolderSearch} onClick={() => setAdding("apps")}>
            {hub.apps.open}
          </Button>
          <Button icon={FilePlus} onClick={() => setAdding("file")}>
            {words.add}
          </Button>
        </>
      }
    >
      {rescanError && <InlineError error={rescanError} />}
      <DownloadList />
      <Tabs
        label={hub.tabs.label}
        value={tab}
        onChange={showTab}
        tabs={[
          { id: "here", label: hub.tabs.here, content: <ModelsHere /> },
          { id: "find", label: hub.tabs.find, content: <FindModels /> },
        ]}
      />
      {adding === "file" && <AddModelDialog onClose={() => setAdding(null)} />}
      {adding === "apps" && <AppModelsDialog onClose={() => setAdding(null)} />}
      {opened !== null && (
        <RepositoryDialog key={opened} repository={opened} onClose={() => openRepository(null)} />
      )}
    </PageFrame>
  );
}

/** What is on this computer, or the ones to begin with. */
function ModelsHere(): ReactNode {
  const { models: words, locale } = useStrings();
  const state = useMirror(modelsState, (value) => value);
  const groups = useMemo(() => groupModels(state?.models ?? [], locale), [state?.models, locale]);
  const estimates = useEstimates(state);
  const starterNeeded = state?.chatModelId === null || state?.embeddingModelId === null;
  if (!state) return <Skeleton label={words.reading} lines={5} />;
  if (state.models.length === 0)
    return (
      <PageMiddle>
        <FirstRun />
      </PageMiddle>
    );
  return (
    <div className={styles["here"]}>
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
    </div>
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
