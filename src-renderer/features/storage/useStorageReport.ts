import { useCallback, useEffect, useRef, useState } from "react";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { StorageReport } from "../../../src-main/contract/storage.ts";
import { call, modelsState, storageState, useMirror } from "../../api/engine.ts";

/** What takes room now. It is looked at anew when models come or go, or have been moved. */
export function useStorageReport(): {
  readonly report: StorageReport | null;
  readonly error: ErrorData | null;
  readonly busy: boolean;
  readonly refresh: () => void;
  readonly show: (report: StorageReport) => void;
} {
  const [report, setReport] = useState<StorageReport | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const [busy, setBusy] = useState(false);
  const models = useMirror(modelsState, (state) => state.models);
  const isMoving = useMirror(storageState, (state) => state.moving !== null) ?? false;
  const last = useRef<AbortController | null>(null);

  const refresh = useCallback(() => {
    last.current?.abort();
    const controller = new AbortController();
    last.current = controller;
    setBusy(true);
    call("storage.report", {}, { signal: controller.signal })
      .then((found) => {
        setReport(found);
        setError(null);
      })
      .catch((failure: unknown) => {
        if (!isCancelled(failure)) setError(toErrorData(failure));
      })
      .finally(() => {
        if (last.current === controller) setBusy(false);
      });
  }, []);
  useEffect(refresh, [refresh, models, isMoving]);
  useEffect(() => () => last.current?.abort(), []);
  return { report, error, busy, refresh, show: setReport };
}
