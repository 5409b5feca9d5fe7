import { useEffect, useState, type ReactNode } from "react";
import { call, link, systemState, useLinkStatus, useMirror } from "../api/engine.ts";
import { useStrings } from "../lib/strings/index.ts";
import { Button } from "../ui/Button.tsx";
import { InlineError } from "../ui/InlineError.tsx";
import { dismissFailure, told, useFailure } from "./failures.ts";
import styles from "./LinkBanner.module.css";

/** A connection that is back within this time is not worth a word, in milliseconds. */
const graceMs = 400;

/**
 * What the user should know of the engine (that it is away, and what happened by itself), and what
 * failed elsewhere without a place to say so.
 */
export function LinkBanner(): ReactNode {
  const { app, common } = useStrings();
  const status = useLinkStatus();
  const notices = useMirror(systemState, (state) => state.notices) ?? [];
  const failure = useFailure((state) => state.error);
  const late = useLate(status.kind !== "ready");
  return (
    <div className={styles["banners"]} role="status" aria-label={app.notices}>
      {late && status.kind === "connecting" && <p className={styles["line"]}>{app.connecting}</p>}
      {late && status.kind === "lost" && (
        <InlineError
          tone="warn"
          error={{
            ...status.error,
            title: status.error.code === "connection-lost" ? app.lost : status.error.title,
            suggestion:
              status.error.code === "connection-lost" ? app.lostDetail : status.error.suggestion,
          }}
          actions={<Button onClick={() => link.retryNow()}>{app.reconnectNow}</Button>}
        />
      )}
      {status.kind === "stopped" && (
        <InlineError
          error={status.error}
          actions={
            <Button variant="primary" onClick={() => void link.retry()}>
              {app.startAgain}
            </Button>
          }
        />
      )}
      {failure && (
        <InlineError
          error={failure}
          actions={<Button onClick={dismissFailure}>{common.dismiss}</Button>}
        />
      )}
      {notices.map((notice) => (
        <InlineError
          key={notice.id}
          tone={notice.level === "error" ? "bad" : "warn"}
          error={notice.error}
          actions={
            <Button
              onClick={() => void told(() => call("system.dismissNotice", { id: notice.id }))}
            >
              {common.dismiss}
            </Button>
          }
        />
      ))}
    </div>
  );
}

function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), graceMs);
    return () => clearTimeout(timer);
  }, [waiting]);
  return late;
}
