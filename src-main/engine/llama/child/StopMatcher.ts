/**
 * Looks for stop strings in a text that comes in pieces. Text that may still become one is held back
 * until that is decided, so that no part of a stop string is ever shown.
 */
export class StopMatcher {
  readonly #stops: readonly string[];
  #held = "";
  #matched: string | null = null;

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop.length > 0);
  }

  /** The stop string that was met; the first in the text, of several there the first given. */
  get matched(): string | null {
    return this.#matched;
  }

  /** Text that is safe to show now, and whether a stop string was met behind it. */
  push(text: string): { text: string; stopped: boolean } {
    if (this.#stops.length === 0) return { text, stopped: false };
    const all = this.#held + text;
    const found = this.#stops
      .map((stop) => ({ stop, index: all.indexOf(stop) }))
      .filter(({ index }) => index >= 0)
      .sort((a, b) => a.index - b.index)[0];
    if (found) {
      this.#held = "";
      this.#matched = found.stop;
      return { text: all.slice(0, found.index), stopped: true };
    }
    const keep = this.#undecidedLength(all);
    this.#held = all.slice(all.length - keep);
    return { text: all.slice(0, all.length - keep), stopped: false };
  }

  /** What was held back when generation ended for another reason. */
  flush(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }

  /** Length of the longest end of the text that begins a stop string. */
  #undecidedLength(text: string): number {
    let longest = 0;
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
        if (stop.startsWith(text.slice(text.length - length))) {
          longest = length;
          break;
        }
      }
    }
    return longest;
  }
}
