import { RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { PageFrame, PageSection } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ModelFolderSection } from "./ModelFolderSection.tsx";
import { RoomList } from "./RoomList.tsx";
import { StoredModels } from "./StoredModels.tsx";
import { useStorageReport } from "./useStorageReport.ts";

/** What takes room on this computer, what can be freed, and where the models are. */
export function StoragePage(): ReactNode {
  const { storage: words, locale } = useStrings();
  const { report, error, busy, refresh, show } = useStorageReport();
  const used = report?.entries.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  return (
    <PageFrame
      title={words.title}
      meta={report && words.total(formatBytes(used, locale), formatBytes(report.freeBytes, locale))}
      actions={
        <Button icon={RefreshCw} busy={busy} busyLabel={words.refreshing} onClick={refresh}>
          {words.refresh}
        </Button>
      }
    >
      {error && <InlineError error={error} />}
      {!report && !error && <Skeleton label={words.reading} lines={6} />}
      {report && (
        <>
          <PageSection title={words.folder.title} hint={words.folder.hint}>
            <ModelFolderSection folder={report.folder} onChange={refresh} />
          </PageSection>
          <PageSection title={words.room.title} hint={words.room.hint}>
            <RoomList entries={report.entries} onReport={show} />
          </PageSection>
          <PageSection title={words.models.title} hint={words.models.hint}>
            <StoredModels models={report.models} onReport={show} />
          </PageSection>
        </>
      )}
    </PageFrame>
  );
}
