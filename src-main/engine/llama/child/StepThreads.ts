import { ThreadGovernor } from "./ThreadGovernor.ts";

/** Batches below this cost more for each token, so their cost says little. */
const comparableTokens = 24;

/** Threads of the next step, as the library takes them: for one token, and for more. */
export interface ThreadCounts {
  readonly single: number;
  readonly batch: number;
}

/**
 * How many threads each step of a context uses. Single tokens and long batches are different work, and
 * each has its own best number. A step of a few tokens tells nothing and takes part in no trial: a
 * trial that a prompt began would otherwise go on for as long as no other prompt is read.
 */
export class StepThreads {
  readonly #single: ThreadGovernor;
  readonly #batch: ThreadGovernor;

  constructor(most: number, now?: () => number) {
    this.#single = new ThreadGovernor(most, now);
    this.#batch = new ThreadGovernor(most, now);
  }

  /** @param tokens of the step */
  next(tokens: number): ThreadCounts {
    const batch = this.#batch;
    return {
      single: this.#single.threads,
      batch: tokens < comparableTokens ? batch.settledThreads : batch.threads,
    };
  }

  /** Takes in what a step took, in milliseconds. */
  record(tokens: number, ms: number): void {
    if (tokens >= comparableTokens) {
      this.#batch.record(ms / tokens);
    } else if (tokens === 1) {
      const before = this.#single.settledThreads;
      this.#single.record(ms);
      const settled = this.#single.settledThreads;
      if (settled !== before) this.#batch.follow(settled);
    }
  }
}
