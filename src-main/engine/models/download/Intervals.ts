/** A stretch of a file, from its first byte to the one behind its last. */
export type Interval = readonly [from: number, to: number];

/** Which bytes of a file are there. */
export class Intervals {
  #intervals: Interval[];

  constructor(intervals: readonly Interval[] = []) {
    this.#intervals = [];
    for (const [from, to] of intervals) this.add(from, to);
  }

  /** Bytes in all. */
  get size(): number {
    return this.#intervals.reduce((sum, [from, to]) => sum + to - from, 0);
  }

  /** So many bytes are there from the beginning on without a gap. */
  get prefix(): number {
    const first = this.#intervals[0];
    return first?.[0] === 0 ? first[1] : 0;
  }

  /** One behind the last byte that is there. */
  get end(): number {
    return this.#intervals.at(-1)?.[1] ?? 0;
  }

  add(from: number, to: number): void {
    if (to <= from) return;
    const apart = this.#intervals.filter(([start, end]) => end < from || start > to);
    const touching = this.#intervals.filter(([start, end]) => end >= from && start <= to);
    const joined: Interval = [
      Math.min(from, ...touching.map(([start]) => start)),
      Math.max(to, ...touching.map(([, end]) => end)),
    ];
    this.#intervals = [...apart, joined].toSorted((a, b) => a[0] - b[0]);
  }

  /** The first stretch below `total` that is not there, at most `most` bytes of it; null if all is. */
  firstGap(total: number, most: number): Interval | null {
    let from = 0;
    for (const [start, end] of this.#intervals) {
      if (start > from) return [from, Math.min(start, from + most, total)];
      from = Math.max(from, end);
    }
    return from < total ? [from, Math.min(total, from + most)] : null;
  }

  toJSON(): readonly Interval[] {
    return this.#intervals;
  }
}
