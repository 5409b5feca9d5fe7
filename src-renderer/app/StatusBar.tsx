import { Globe, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { documentList, settingsState, useMirror } from "../api/engine.ts";
import { ActivityButton } from "../features/activity/ActivityButton.tsx";
import { useStrings } from "../lib/strings/index.ts";
import { Tooltip } from "../ui/Tooltip.tsx";
import { useNavigation } from "./navigation.ts";
import styles from "./StatusBar.module.css";

/** One quiet line: what the model runs on, what is being added, whether anything may leave. */
export function StatusBar(): ReactNode {
  const { app } = useStrings();
  const go = useNavigation((navigation) => navigation.go);
  const offline = useMirror(settingsState, (state) => state.offline) ?? false;
  const working = useMirror(
    documentList,
    (state) =>
      state.documents.filter((row) => row.status === "working" || row.status === "queued").length,
  );
  return (
    <footer className={styles["bar"]}>
      <ActivityButton />
      {working !== undefined && working > 0 && (
        <button type="button" className={styles["link"]} onClick={() => go({ kind: "library" })}>
          {app.ingesting(working)}
        </button>
      )}
      <span className={styles["grow"]} />
      <Tooltip label={offline ? app.offlineHint : app.onlineHint}>
        <button type="button" className={styles["link"]} onClick={() => go({ kind: "network" })}>
          {offline ? (
            <ShieldCheck size={14} strokeWidth={1.75} aria-hidden />
          ) : (
            <Globe size={14} strokeWidth={1.75} aria-hidden />
          )}
          {offline ? app.offline : app.online}
        </button>
      </Tooltip>
    </footer>
  );
}
