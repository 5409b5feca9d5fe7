const leastRestTokens = 32;
const mostRestTokens = 1_024;
/** What is left of the memory of earlier guesses with each new one. */
const memory = 0.8;
/** Guessing begins on credit, with less of it after each rest: a single doubt is no proof. */
const firstCredit = { tokens: 3, cost: 2 } as const;
const laterCredit = { tokens: 1.3, cost: 1 } as const;

/**
 * Whether one way of guessing ahead pays. A guess makes a step longer; where it wins less than it costs,
 * guessing rests for a while, and for longer each time.
 */
export class GuessGain {
  #resting = 0;
  #restTokens = leastRestTokens;
  /** Tokens won lately, and what they cost in steps of a single token, which win one each. */
  #tokens: number = firstCredit.tokens;
  #cost: number = firstCredit.cost;

  /** Whether to leave guessing out in the next step. To be asked once for each step. */
  rests(): boolean {
    if (this.#resting === 0) return false;
    this.#resting -= 1;
    return true;
  }

  /** Another text may be easier to guess: a long rest is cut short. What was learned otherwise holds. */
  startText(): void {
    this.#resting = Math.min(this.#resting, leastRestTokens);
  }

  /** 1 while guessing pays, and half as much with each rest that brought nothing. */
  get trust(): number {
    return leastRestTokens / this.#restTokens;
  }

  /**
   * Learns what a guess was worth.
   *
   * @param accepted tokens of the guess that were right
   * @param cost what guessing and the step took, in steps of a single token
   */
  record(accepted: number, cost: number): void {
    const tokens = accepted + 1;
    const atLeastOne = Math.max(cost, 1);
    this.#tokens = this.#tokens * memory + tokens;
    this.#cost = this.#cost * memory + atLeastOne;
    if (this.#tokens >= this.#cost) {
      if (tokens > atLeastOne) this.#restTokens = leastRestTokens;
      return;
    }
    this.#resting = this.#restTokens;
    this.#restTokens = Math.min(2 * this.#restTokens, mostRestTokens);
    this.#tokens = laterCredit.tokens;
    this.#cost = laterCredit.cost;
  }
}
