import { ThreadGovernor } from "./ThreadGovernor.ts";

/** From so many tokens on a step is as good as any other for telling what a token costs. */
const comparableTokens = 24;

/** A trial of long steps costs a third of a second: until it is little beside what was done, it waits. */
const longComparesAfterMs = 10_000;

/** Threads of the next step, as the library takes them: for one token, and for more. */
export interface ThreadCounts {
  readonly single: number;
  readonly batch: number;
}

/**
 * How many threads each step of a context uses. Single tokens, a few at once, and long pieces of prompts
 * are different work, and each has its own best number: a trial in one of them tells nothing about the
 * others. What single tokens have settled on is where the others begin.
 */
export class StepThreads {
  readonly #most: number;
  readonly #now: (() => number) | undefined;
  readonly #single: ThreadGovernor;
  readonly #long: ThreadGovernor;
  /** One for each number of tokens below {@link comparableTokens}, made when it first comes. */
  readonly #few = new Map<number, ThreadGovernor>();

  constructor(most: number, now?: () => number) {
    this.#most = most;
    this.#now = now;
    this.#single = new ThreadGovernor(most, now);
    this.#long = new ThreadGovernor(most, now, longComparesAfterMs);
  }

  /** Whether the next long step is part of a trial, and better not too long. */
  get tryingLong(): boolean {
    return this.#long.trying;
  }

  /** @param tokens of the step */
  next(tokens: number): ThreadCounts {
    return { single: this.#single.threads, batch: this.#governor(tokens).threads };
  }

  /** Takes in what a step took, in milliseconds. */
  record(tokens: number, ms: number): void {
    const before = this.#single.settledThreads;
    this.#governor(tokens).record(ms / tokens, ms);
    if (this.#single.compared) this.#long.trust();
    const settled = this.#single.settledThreads;
    if (settled === before) return;
    for (const other of [this.#long, ...this.#few.values()]) other.follow(settled);
  }

  #governor(tokens: number): ThreadGovernor {
    if (tokens >= comparableTokens) return this.#long;
    if (tokens === 1) return this.#single;
    let governor = this.#few.get(tokens);
    if (!governor) {
      governor = new ThreadGovernor(this.#most, this.#now);
      governor.follow(this.#single.settledThreads);
      this.#few.set(tokens, governor);
    }
    return governor;
  }
}
