/**
 * A step that only reads takes at most about this. Long pieces are read faster, and such a step is cut
 * short where somebody would have to wait for it; this is how often its progress is told.
 */
const stepTargetMs = 2_000;
const leastChunkTokens = 64;
/** Enough to tell what a token costs with another number of threads. */
const trialTokens = 64;
/** How many times as long the next piece may be as the one before: one quick piece is no proof. */
const fastestGrowth = 4;
/** Tokens of prompts beside writers, until it is known what they cost. */
const firstTokensBeside = 4;
/** While others write, a step takes at most so many times as long as one without reading. */
const slowestStep = 2.5;

/** How much of the prompts a step takes on, by what earlier steps have cost. */
export class StepPace {
  readonly #capacity: number;
  /** Tokens of prompts per step while nobody writes; follows what the machine can do. */
  #chunkTokens = leastChunkTokens;
  /** Milliseconds per token of a prompt that is read beside others who write. */
  #readMs = 0;
  /** Milliseconds of a step without reading, by how many write; follows slowly. */
  readonly #writeMs = new Map<number, number>();

  /** @param capacity tokens that a step can have */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Milliseconds of a step in which so many write and nobody reads; undefined until there was one. */
  writeMs(writers: number): number | undefined {
    return this.#writeMs.get(writers);
  }

  /**
   * Tokens of prompts in a step in which nobody writes: equal pieces, for a small last one is slow.
   *
   * @param pending tokens that are still to be read
   * @param trying whether the step is a trial, which should be short
   */
  alone(pending: number, trying: boolean): number {
    if (trying) return Math.min(trialTokens, pending);
    const steps = Math.ceil(pending / this.#chunkTokens);
    return Math.ceil(pending / Math.max(steps, 1));
  }

  /** Tokens of prompts that a step may take on beside those who write. */
  beside(writers: number): number {
    const usual = this.#writeMs.get(writers);
    if (usual === undefined || this.#readMs === 0) return firstTokensBeside;
    return Math.max(1, Math.floor(((slowestStep - 1) * usual) / this.#readMs));
  }

  /**
   * Takes in what a step without guesses took.
   *
   * @param reading tokens of prompts in it
   * @param writers how many wrote one token
   */
  record(reading: number, writers: number, ms: number): void {
    if (reading === 0) {
      const usual = this.#writeMs.get(writers);
      this.#writeMs.set(writers, usual === undefined ? ms : usual + (ms - usual) * 0.1);
    } else if (writers > 0) {
      const usual = this.#writeMs.get(writers) ?? ms / 2;
      const each = Math.max((ms - usual) / reading, 0.01);
      this.#readMs = this.#readMs === 0 ? each : this.#readMs + (each - this.#readMs) * 0.2;
    } else if (reading >= leastChunkTokens / 2) {
      const fitting = Math.floor((reading * stepTargetMs) / Math.max(ms, 1) / 8) * 8;
      const most = Math.min(fastestGrowth * this.#chunkTokens, this.#capacity);
      this.#chunkTokens = Math.max(leastChunkTokens, Math.min(fitting, most));
    }
  }
}
