import { seededRandom } from "../../../core/seededRandom.ts";

/** Draws that look random and are the same for the same seed. */
export class SeededRandom {
  /** From 0 up to 1. */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** @throws RangeError for an empty list */
  pick<T>(list: readonly T[]): T {
    const index = this.whole(0, list.length - 1);
    if (index >= list.length || list.length === 0) throw new RangeError("Nothing to pick from.");
    return list[index] as T;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    for (let at = left.length - 1; at > 0; at--) {
      const other = this.whole(0, at);
      [left[at], left[other]] = [left[other] as T, left[at] as T];
    }
    return left;
  }
}
