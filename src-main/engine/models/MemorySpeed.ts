import os from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { readJson, writeJson } from "./atomicJson.ts";
import { measureMemorySpeed } from "./measureMemorySpeed.ts";

const fileSchema = z.object({
  version: z.literal(1),
  processor: z.string(),
  threads: z.int(),
  bytesPerSecond: z.number().positive(),
});

export interface MemorySpeedOptions {
  readonly file: string;
  readonly threads: () => number;
  /** Runs the measurement while nothing else computes. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly measure?: (threads: number) => Promise<number>;
}

/** Whoever asks waits at most so long; the measurement then goes on for the next one. */
const patienceMs = 1500;

/** How fast this computer reads its memory with the threads that models get: measured once, then known. */
export class MemorySpeed {
  readonly #options: MemorySpeedOptions;
  #known: { readonly threads: number; readonly speed: Promise<number | null> } | null = null;

  constructor(options: MemorySpeedOptions) {
    this.#options = options;
  }

  /** Bytes per second; null while it is being measured for longer than one cares to wait. */
  async get(): Promise<number | null> {
    const threads = this.#options.threads();
    if (this.#known?.threads !== threads) this.#known = { threads, speed: this.#find(threads) };
    const impatient = new AbortController();
    try {
      return await Promise.race([
        this.#known.speed,
        wait(patienceMs, null, { signal: impatient.signal, ref: false }),
      ]);
    } finally {
      impatient.abort();
    }
  }

  async #find(threads: number): Promise<number | null> {
    const { file, alone, measure = measureMemorySpeed } = this.#options;
    const processor = os.cpus()[0]?.model ?? os.arch();
    const kept = await readJson(file, fileSchema);
    if (kept?.processor === processor && kept.threads === threads) return kept.bytesPerSecond;
    try {
      const bytesPerSecond = await alone(() => measure(threads));
      await writeJson(file, { version: 1, processor, threads, bytesPerSecond });
      return bytesPerSecond;
    } catch {
      // No speed is told then; everything else about a fit does not need it.
      return null;
    }
  }
}
