import { setTimeout as sleep } from "node:timers/promises";

/** Bytes that may pass at once before the limit is felt, as time. */
const burstMs = 100;

/** Holds all downloads together below a rate. */
export class SpeedLimit {
  readonly #bytesPerSecond: () => number | null;
  /** When all that has passed would have been through at the allowed rate, by `performance.now`. */
  #paidUntil = 0;

  /** @param bytesPerSecond null for no limit; asked at each piece, so that a change is felt at once */
  constructor(bytesPerSecond: () => number | null) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Waits until so many more bytes may pass. @throws the signal's AbortError */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    const rate = this.#bytesPerSecond();
    if (rate === null) return;
    const now = performance.now();
    this.#paidUntil = Math.max(this.#paidUntil, now) + (bytes / rate) * 1000;
    const waitMs = this.#paidUntil - now - burstMs;
    if (waitMs > 0) await sleep(waitMs, undefined, signal ? { signal } : {});
  }
}
