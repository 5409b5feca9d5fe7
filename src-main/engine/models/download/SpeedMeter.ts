const windowMs = 5000;

/** Bytes per second over the last five seconds. */
export class SpeedMeter {
  readonly #samples: { at: number; bytes: number }[] = [];

  /** Notes that `bytes` have been received in all, at `at` milliseconds. */
  add(bytes: number, at: number): void {
    this.#samples.push({ at, bytes });
    while ((this.#samples[0]?.at ?? at) < at - windowMs) this.#samples.shift();
  }

  bytesPerSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) return 0;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
