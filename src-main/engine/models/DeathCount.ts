/** So many deaths within a minute, and a model is not started again by itself. */
export const mostDeaths = 3;
const countedMs = 60_000;
const firstBackoffMs = 300;

/** When a model's process has ended without having been asked to. */
export class DeathCount {
  #at: number[] = [];

  add(): void {
    this.#at.push(Date.now());
  }

  forget(): void {
    this.#at = [];
  }

  /** Those of the last minute. */
  get recent(): number {
    const now = Date.now();
    this.#at = this.#at.filter((at) => now - at < countedMs);
    return this.#at.length;
  }

  get isTooMany(): boolean {
    return this.recent >= mostDeaths;
  }

  /** How long to wait before the next start: twice as long after each death. */
  get backoffMs(): number {
    return firstBackoffMs * 2 ** Math.max(0, this.recent - 1);
  }
}
