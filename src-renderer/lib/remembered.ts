import { useCallback, useState } from "react";

const prefix = "hearth.";

/** A small view setting kept in this browser; `fallback` when it is absent or unreadable. */
export function readRemembered(key: string, fallback: number): number {
  try {
    const stored = globalThis.localStorage?.getItem(prefix + key);
    const value = stored === null || stored === undefined ? Number.NaN : Number(stored);
    return Number.isFinite(value) ? value : fallback;
  } catch {
    // Storage may be forbidden (private window, full quota). A view setting is worth no error.
    return fallback;
  }
}

export function writeRemembered(key: string, value: number): void {
  try {
    globalThis.localStorage?.setItem(prefix + key, String(value));
  } catch {
    // As above: the setting then lasts as long as the window.
  }
}

/** React state for a number that outlives the window. Write with `commit` when a change is done. */
export function useRememberedNumber(
  key: string,
  fallback: number,
): { value: number; set: (value: number) => void; commit: (value: number) => void } {
  const [value, set] = useState(() => readRemembered(key, fallback));
  const commit = useCallback(
    (next: number) => {
      set(next);
      writeRemembered(key, next);
    },
    [key],
  );
  return { value, set, commit };
}
