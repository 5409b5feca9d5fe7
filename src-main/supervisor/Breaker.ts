/**
 * Counts the deaths of something that is restarted when it dies, and says how long to wait before
 * the next start. After too many in a short time it opens: starting again would only fail again.
 */
export class Breaker {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #firstWaitMs: number;
  readonly #now: () => number;
  #deaths: number[] = [];

  /**
   * @param options.limit deaths within the window that open it
   * @param options.windowMs length of the window in milliseconds
   * @param options.firstWaitMs wait after the first death; it is four times as long after each more
   */
  constructor(
    options: { limit?: number; windowMs?: number; firstWaitMs?: number; now?: () => number } = {},
  ) {
    this.#limit = options.limit ?? 3;
    this.#windowMs = options.windowMs ?? 60_000;
    this.#firstWaitMs = options.firstWaitMs ?? 100;
    this.#now = options.now ?? (() => performance.now());
  }

  died(): void {
    this.#deaths = [...this.#recent(), this.#now()];
  }

  get open(): boolean {
    return this.#recent().length >= this.#limit;
  }

  /** Deaths within the window. */
  get deaths(): number {
    return this.#recent().length;
  }

  /** How long to wait before the next start, in milliseconds. */
  get waitMs(): number {
    const deaths = this.#recent().length;
    return deaths === 0 ? 0 : this.#firstWaitMs * 4 ** (deaths - 1);
  }

  /** The user wants it tried again. */
  reset(): void {
    this.#deaths = [];
  }

  #recent(): number[] {
    const from = this.#now() - this.#windowMs;
    return this.#deaths.filter((at) => at > from);
  }
}
