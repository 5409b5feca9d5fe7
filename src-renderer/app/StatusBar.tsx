import { Globe, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { documentList, modelsState, settingsState, systemState, useMirror } from "../api/engine.ts";
import { formatCount } from "../lib/formatCount.ts";
import { useStrings } from "../lib/strings/index.ts";
import { Tooltip } from "../ui/Tooltip.tsx";
import { useNavigation } from "./navigation.ts";
import styles from "./StatusBar.module.css";

/** One quiet line: what the model runs on, what is being added, whether anything may leave. */
export function StatusBar(): ReactNode {
  const { app, locale } = useStrings();
  const go = useNavigation((navigation) => navigation.go);
  const threads = useMirror(systemState, (state) => state.threads);
  const offline = useMirror(settingsState, (state) => state.offline) ?? false;
  const loaded = useMirror(modelsState, (state) =>
    state.loaded.find((entry) => entry.modelId === state.chatModelId),
  );
  const working = useMirror(
    documentList,
    (state) =>
      state.documents.filter((row) => row.status === "working" || row.status === "queued").length,
  );
  return (
    <footer className={styles["bar"]}>
      <span>
        {loaded?.status === "ready" && `${loaded.device.toUpperCase()} · `}
        {threads !== undefined && app.threads(loaded?.threads || threads)}
        {loaded?.status === "ready" && ` · ${formatCount(loaded.contextTokens, locale)} tokens`}
      </span>
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
