import { Pause, Play, Trash2, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Download } from "../../../../src-main/contract/downloads.ts";
import { toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import { call, downloadsState, settingsState, useMirror } from "../../../api/engine.ts";
import { formatRate } from "../../../lib/formatRate.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { AlertDialog } from "../../../ui/AlertDialog.tsx";
import { IconButton } from "../../../ui/IconButton.tsx";
import { InlineError } from "../../../ui/InlineError.tsx";
import { PageSection } from "../../../ui/PageFrame.tsx";
import { Progress } from "../../../ui/Progress.tsx";
import { describeDownload } from "./describeHub.ts";
import styles from "./Find.module.css";

/** What is on its way, paused, failed or done; nothing where there is none. */
export function DownloadList(): ReactNode {
  const { hub: words, locale } = useStrings();
  const downloads = useMirror(downloadsState, (state) => state.downloads) ?? [];
  const limit = useMirror(settingsState, (state) => state.downloadBytesPerSecond) ?? null;
  if (downloads.length === 0) return null;
  return (
    <PageSection
      title={words.downloads.title}
      hint={
        limit === null ? undefined : words.downloads.limited(formatRate(limit, "bytes", locale))
      }
      plain
    >
      <ul className={styles["list"]} aria-label={words.downloads.title}>
        {downloads.map((download) => (
          <Row key={download.id} download={download} />
        ))}
      </ul>
    </PageSection>
  );
}

function Row({ download }: { readonly download: Download }): ReactNode {
  const strings = useStrings();
  const { hub: words } = strings;
  const { id, status, bytes, totalBytes, error } = download;
  const [failure, setFailure] = useState<ErrorData | null>(null);
  const [asking, setAsking] = useState(false);
  const name = words.downloads.name(download.repository, download.quantization);
  const change = (route: "downloads.pause" | "downloads.resume" | "downloads.remove"): void => {
    setFailure(null);
    call(route, { id }).catch((thrown: unknown) => setFailure(toErrorData(thrown)));
  };
  const isDone = status === "done";
  const moves = status === "downloading" || status === "verifying" || status === "queued";
  const shownError = failure ?? error;
  return (
    <li className={styles["download"]}>
      <div className={styles["row"]}>
        <div className={styles["what"]}>
          <div className={styles["name"]}>{name}</div>
          <p className={styles["note"]}>{describeDownload(download, strings)}</p>
        </div>
        <div className={styles["actions"]}>
          {moves || status === "waiting" ? (
            <IconButton
              icon={Pause}
              label={words.downloads.pause(name)}
              onClick={() => change("downloads.pause")}
            />
          ) : (
            !isDone && (
              <IconButton
                icon={Play}
                label={words.downloads.resume(name)}
                onClick={() => change("downloads.resume")}
              />
            )
          )}
          <IconButton
            icon={isDone ? X : Trash2}
            label={isDone ? words.downloads.clear(name) : words.downloads.remove(name)}
            onClick={() => (isDone ? change("downloads.remove") : setAsking(true))}
          />
        </div>
      </div>
      {!isDone && (
        <Progress
          bare
          label={name}
          fraction={totalBytes > 0 ? bytes / totalBytes : null}
          tone={moves ? "accent" : status === "failed" ? "bad" : "paused"}
        />
      )}
      {shownError && (
        <InlineError error={shownError} tone={status === "waiting" ? "warn" : "bad"} />
      )}
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.downloads.confirm}
        description={words.downloads.confirmText}
        confirmLabel={words.downloads.confirmLabel}
        danger
        onConfirm={() => change("downloads.remove")}
      />
    </li>
  );
}
