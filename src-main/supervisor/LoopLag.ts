import { monitorEventLoopDelay } from "node:perf_hooks";

const resolutionMs = 2;

/** How late the event loop of this process was, in milliseconds. */
export interface Lag {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Watches how long what is due has to wait in this process. Costs nothing before it is asked. */
export class LoopLag {
  readonly #delays = monitorEventLoopDelay({ resolution: resolutionMs });

  /** What was since the last call; the first call begins to watch. */
  take(): Lag {
    const ms = (nanoseconds: number): number =>
      // The watch itself comes round once in its resolution; what is more is lag.
      Math.max(0, nanoseconds / 1e6 - resolutionMs);
    const { count } = this.#delays;
    const lag: Lag =
      count === 0
        ? { p50Ms: 0, p99Ms: 0, maxMs: 0 }
        : {
            p50Ms: ms(this.#delays.percentile(50)),
            p99Ms: ms(this.#delays.percentile(99)),
            maxMs: ms(this.#delays.max),
          };
    this.#delays.enable();
    this.#delays.reset();
    return lag;
  }

  stop(): void {
    this.#delays.disable();
  }
}
