import { useCallback, useEffect, useRef, useState } from "react";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { NetworkRequest } from "../../../src-main/contract/system.ts";
import { call, useLinkStatus } from "../../api/engine.ts";
import { newestFirst } from "./describeRequest.ts";

export interface RequestLog {
  readonly total: number;
  /** Newest first. */
  readonly requests: readonly NetworkRequest[];
}

/** The record of requests, read when it is shown, when asked, and when the engine is back. */
export function useRequests(limit: number): {
  log: RequestLog | null;
  error: ErrorData | null;
  busy: boolean;
  refresh: () => void;
} {
  const [log, setLog] = useState<RequestLog | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController | null>(null);
  const link = useLinkStatus();
  const generation = link.kind === "ready" ? link.generation : null;

  const refresh = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const isLatest = (): boolean => running.current === controller;
    setBusy(true);
    call("system.requests", { limit }, { signal: controller.signal })
      .then(({ total, requests }) => {
        if (!isLatest()) return;
        setLog({ total, requests: newestFirst(requests) });
        setError(null);
      })
      .catch((failure: unknown) => {
        if (isLatest() && !isCancelled(failure)) setError(toErrorData(failure));
      })
      .finally(() => {
        if (isLatest()) setBusy(false);
      });
  }, [limit]);

  useEffect(() => {
    // Without an engine there is nothing to ask; the banner over the window says so.
    if (generation !== null) refresh();
    return () => running.current?.abort();
  }, [generation, refresh]);

  return { log, error, busy, refresh };
}
