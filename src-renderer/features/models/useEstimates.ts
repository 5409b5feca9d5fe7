import { useEffect, useState } from "react";
import type { MemoryEstimate, ModelsState } from "../../../src-main/contract/models.ts";
import { call, settingsState, useLinkStatus, useMirror } from "../../api/engine.ts";

/** What each model would need now; asked again when models, what is loaded, or settings change. */
export function useEstimates(state: ModelsState | undefined): readonly MemoryEstimate[] {
  const [estimates, setEstimates] = useState<readonly MemoryEstimate[]>([]);
  const settings = useMirror(settingsState, (value) => value);
  const link = useLinkStatus();
  const ready = link.kind === "ready";
  const reason = JSON.stringify([
    state?.models.map(({ id, bytes }) => [id, bytes]),
    state?.loaded.map(({ modelId, status }) => [modelId, status]),
    settings && [settings.contextTokens, settings.device, settings.kvTypes, settings.gpuLayers],
  ]);
  useEffect(() => {
    if (!ready) return;
    const asked = new AbortController();
    call("models.estimate", {}, { signal: asked.signal }).then(
      (answer) => setEstimates(answer.estimates),
      // Without an estimate nothing is claimed; a load says by itself when there is no room.
      () => !asked.signal.aborted && setEstimates([]),
    );
    return () => asked.abort();
  }, [ready, reason]);
  return estimates;
}
