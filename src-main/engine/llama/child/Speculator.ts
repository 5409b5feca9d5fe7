import type { Generation } from "./Generation.ts";
import type { DraftPace, ModelDrafter } from "./ModelDrafter.ts";

/** How a guess came about. */
export type GuessSource = "lookup" | "draftModel";

/** Tokens that may come next, to be looked at in one step with the one that surely does. */
export interface Guess {
  readonly tokens: readonly number[];
  /** Null where no way of guessing was tried. */
  readonly source: GuessSource | null;
  /** Milliseconds that guessing took. */
  readonly ms: number;
}

export const noGuess: Guess = { tokens: [], source: null, ms: 0 };

/** Guesses ahead for the one request that writes: by looking up, which is free, else by a small model. */
export class Speculator {
  readonly #model: ModelDrafter | null;
  /** Whom the small model guessed for last. */
  #last: WeakRef<Generation> | null = null;

  constructor(model: ModelDrafter | null) {
    this.#model = model;
  }

  /**
   * @param room tokens that a guess may have
   * @param stepMs of a single token; the small model waits until that is known, to be compared with
   * @param stop whether to leave off, asked now and then
   */
  async guess(
    generation: Generation,
    room: number,
    stepMs: number | undefined,
    stop: DraftPace["stop"],
  ): Promise<Guess> {
    const { drafter, tokens, tokensLeft } = generation;
    if (!drafter || room < 1) return noGuess;
    const found = drafter.draft(tokens, room);
    if (found.length > 0) return { tokens: found, source: "lookup", ms: 0 };
    if (!this.#model || stepMs === undefined) return noGuess;
    if (this.#last?.deref() !== generation) {
      this.#last = new WeakRef(generation);
      this.#model.startText();
    }
    const drafted = await this.#model.draft(tokens, room, { stepMs, tokensLeft, stop });
    return drafted.ms === 0 ? noGuess : { ...drafted, source: "draftModel" };
  }

  /**
   * Learns what a guess was worth.
   *
   * @param cost what guessing and the step took, in steps of a single token
   */
  record(generation: Generation, { source }: Guess, accepted: number, cost: number): void {
    if (source === "lookup") generation.drafter?.record(accepted, cost);
    if (source === "draftModel") this.#model?.record(accepted, cost);
  }
}
