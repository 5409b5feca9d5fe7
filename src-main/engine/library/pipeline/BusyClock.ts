/** The stages of the pipeline, in order. */
export type StageName = "reading" | "embedding" | "writing";

/** Adds up how long each stage has worked. */
export class BusyClock {
  readonly #ms: Record<StageName, number> = { reading: 0, embedding: 0, writing: 0 };

  /** In milliseconds since the engine began. */
  get ms(): Readonly<Record<StageName, number>> {
    return this.#ms;
  }

  async run<T>(stage: StageName, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      this.#ms[stage] += performance.now() - begun;
    }
  }
}
