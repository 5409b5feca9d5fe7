/** What setTimeout can wait at most; beyond it is for good. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * For the engine: counts its faces and says when the last has been gone long enough. It also ends
 * an engine that no face ever came to.
 */
export class Linger {
  readonly #lingerMs: number;
  readonly #firstFaceMs: number;
  readonly #onLonely: () => void;
  #faces = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /**
   * @param options.lingerMs how long to stay after the last face has left; Infinity stays for good
   * @param options.firstFaceMs how long to wait for the first
   * @param options.onLonely called once
   */
  constructor(options: { lingerMs: number; firstFaceMs?: number; onLonely: () => void }) {
    this.#lingerMs = options.lingerMs;
    this.#firstFaceMs = options.firstFaceMs ?? 15_000;
    this.#onLonely = options.onLonely;
  }

  /** Starts the wait for the first face; to be called when the engine listens. */
  start(): void {
    if (this.#faces === 0) this.#wait(Math.max(this.#firstFaceMs, this.#lingerMs));
  }

  joined(): void {
    this.#faces++;
    clearTimeout(this.#timer);
  }

  left(): void {
    this.#faces--;
    if (this.#faces === 0) this.#wait(this.#lingerMs);
  }

  stop(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#ended || ms > longestTimerMs) return;
    this.#timer = setTimeout(() => {
      if (this.#ended) return;
      this.#ended = true;
      this.#onLonely();
    }, ms);
  }
}
