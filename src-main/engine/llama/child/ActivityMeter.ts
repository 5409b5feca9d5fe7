/** The rate of something that comes in steps, over the steps of the last second or the last one. */
export class ActivityMeter {
  readonly #now: () => number;
  #steps: Step[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @param ms how long the step took that ends now */
  add(count: number, ms: number): void {
    this.#steps.push({ at: this.#now(), ms, count });
    if (this.#steps.length > 512) this.#forget();
  }

  /** Per second. It stays between steps that take long, and is 0 once nothing more comes. */
  get perSecond(): number {
    this.#forget();
    const [first] = this.#steps;
    const last = this.#steps.at(-1);
    if (!first || !last) return 0;
    const seconds = Math.max((last.at - first.at + first.ms) / 1_000, 0.001);
    return this.#steps.reduce((sum, { count }) => sum + count, 0) / seconds;
  }

  #forget(): void {
    const now = this.#now();
    this.#steps = this.#steps.filter(({ at, ms }) => at >= now - Math.max(1_000, 2 * ms));
  }
}

interface Step {
  readonly at: number;
  readonly ms: number;
  readonly count: number;
}
