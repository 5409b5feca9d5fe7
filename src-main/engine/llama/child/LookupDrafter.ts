import { GuessGain } from "./GuessGain.ts";

/** Tokens that have to agree for what followed them before to be expected again. */
const matchTokens = 6;
/** A guess is as long as the agreement before it, less this: chance agreements are short. */
const doubtTokens = 2;
const mostDraft = 16;

/**
 * Guesses how a text goes on by what followed the same words before, in the prompt or in the answer:
 * answers that quote their sources repeat long stretches. A guess costs a bigger step, so guessing
 * rests for a while when it does not pay. (Prompt lookup decoding, Saxena 2023.)
 */
export class LookupDrafter {
  /** Where each stretch of {@link matchTokens} tokens was last seen: the index behind it. */
  readonly #seen = new Map<string, number>();
  readonly #gain = new GuessGain();
  #indexed = 0;

  /**
   * What may come next.
   *
   * @param tokens prompt and answer so far
   * @param most tokens that there is room for
   */
  draft(tokens: readonly number[], most: number): readonly number[] {
    this.#index(tokens);
    if (this.#gain.rests()) return [];
    const from = this.#seen.get(keyAt(tokens, tokens.length - matchTokens));
    if (from === undefined) return [];
    let agreeing = matchTokens;
    while (
      agreeing < mostDraft + doubtTokens &&
      agreeing < from &&
      tokens[from - 1 - agreeing] === tokens[tokens.length - 1 - agreeing]
    ) {
      agreeing += 1;
    }
    return tokens.slice(from, from + Math.min(agreeing - doubtTokens, most));
  }

  /**
   * Learns what a guess was worth.
   *
   * @param accepted tokens of the guess that were right
   * @param cost what the step took, in steps of a single token
   */
  record(accepted: number, cost: number): void {
    this.#gain.record(accepted, cost);
  }

  /** The last stretch itself is left out: it is what is looked for. */
  #index(tokens: readonly number[]): void {
    for (; this.#indexed + matchTokens < tokens.length; this.#indexed++) {
      this.#seen.set(keyAt(tokens, this.#indexed), this.#indexed + matchTokens);
    }
  }
}

function keyAt(tokens: readonly number[], start: number): string {
  return tokens.slice(start, start + matchTokens).join(" ");
}
