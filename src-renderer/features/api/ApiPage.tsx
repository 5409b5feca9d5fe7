import { useState, type ReactNode } from "react";
import { settingsState, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { PageFrame, PageSection } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ApiExamples } from "./ApiExamples.tsx";
import { ApiKeys, type FreshKey } from "./ApiKeys.tsx";
import styles from "./ApiPage.module.css";
import { ApiReach } from "./ApiReach.tsx";
import { ApiSwitch } from "./ApiSwitch.tsx";

/** How other programs use Hearth: on or off, where, with which keys, and how to begin. */
export function ApiPage(): ReactNode {
  const { api: words } = useStrings();
  const settings = useMirror(settingsState, (state) => state);
  const [fresh, setFresh] = useState<FreshKey | null>(null);
  return (
    <PageFrame title={words.title}>
      {settings ? (
        <>
          <div className={styles["server"]}>
            <ApiSwitch settings={settings} />
            <ApiReach settings={settings} />
          </div>
          <PageSection title={words.keys} hint={words.keysHint}>
            <ApiKeys fresh={fresh} onFresh={setFresh} />
          </PageSection>
          <PageSection title={words.examples}>
            <ApiExamples port={settings.apiPort} secret={fresh?.secret} />
          </PageSection>
        </>
      ) : (
        <Skeleton label={words.reading} lines={6} />
      )}
    </PageFrame>
  );
}
