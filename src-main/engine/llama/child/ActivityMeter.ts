/** Counts events over the last second. */
export class ActivityMeter {
  readonly #now: () => number;
  #samples: { at: number; count: number }[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  add(count: number): void {
    this.#samples.push({ at: this.#now(), count });
    if (this.#samples.length > 512) this.#forget();
  }

  /** Events per second; a stretch shorter than a second counts as what it is. */
  get perSecond(): number {
    this.#forget();
    const first = this.#samples[0];
    if (!first) return 0;
    const seconds = Math.max((this.#now() - first.at) / 1_000, 0.25);
    return this.#samples.reduce((sum, { count }) => sum + count, 0) / seconds;
  }

  #forget(): void {
    const since = this.#now() - 1_000;
    this.#samples = this.#samples.filter(({ at }) => at >= since);
  }
}
