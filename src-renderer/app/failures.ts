import { create } from "zustand";
import { isCancelled, toErrorData, type ErrorData } from "../../src-main/contract/errors.ts";

/**
 * Why the last thing failed that has no place of its own to say so, such as an item of a menu that is
 * gone by then. The window's banner shows it until it is dismissed.
 */
export const useFailure = create<{ readonly error: ErrorData | null }>(() => ({ error: null }));

export function reportFailure(failure: unknown): void {
  if (!isCancelled(failure)) useFailure.setState({ error: toErrorData(failure) });
}

export function dismissFailure(): void {
  useFailure.setState({ error: null });
}

/** Does something whose failure is told over the window. @returns whether it was done */
export async function told(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (failure) {
    reportFailure(failure);
    return false;
  }
}
