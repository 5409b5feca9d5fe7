import { useCallback, useState } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { Settings } from "../../../src-main/contract/settings.ts";
import { call } from "../../api/engine.ts";

export interface SaveSettings {
  /** Saves at once; the new value then comes through the mirrored state. False when it failed. */
  readonly save: (patch: Partial<Settings>) => Promise<boolean>;
  /** Why the last attempt failed. */
  readonly error: ErrorData | null;
  readonly busy: boolean;
}

/** Saving for one control, so that a failure shows where the change was made. */
export function useSaveSettings(): SaveSettings {
  const [error, setError] = useState<ErrorData | null>(null);
  const [pending, setPending] = useState(0);
  const save = useCallback(async (patch: Partial<Settings>): Promise<boolean> => {
    setPending((count) => count + 1);
    try {
      await call("settings.update", patch);
      setError(null);
      return true;
    } catch (failure) {
      setError(toErrorData(failure));
      return false;
    } finally {
      setPending((count) => count - 1);
    }
  }, []);
  return { save, error, busy: pending > 0 };
}
