import { cancelledError } from "../../contract/errors.ts";

/** Lets tasks sleep until something may have changed. Each looks again by itself when it wakes. */
export class Wakeup {
  #next = Promise.withResolvers<void>();

  wake(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
  }

  /**
   * Resolves at the next {@link wake}, or after the given time.
   * @throws HearthError `cancelled` when the signal fires first
   */
  async sleep(options: { signal?: AbortSignal | undefined; ms?: number } = {}): Promise<void> {
    const { signal, ms } = options;
    if (signal?.aborted) throw cancelledError();
    const woken = this.#next.promise;
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        void woken.then(resolve);
        onAbort = () => reject(cancelledError());
        signal?.addEventListener("abort", onAbort, { once: true });
        if (ms !== undefined) timer = setTimeout(resolve, ms);
      });
    } finally {
      clearTimeout(timer);
      if (onAbort) signal?.removeEventListener("abort", onAbort);
    }
  }
}
