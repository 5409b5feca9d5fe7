import type { QuantBenchProgress } from "../../../contract/quantBench.ts";

/** Telling more often would take time from what is measured. */
const tellEveryMs = 250;

type Told = Omit<QuantBenchProgress, "fraction">;

/** Tells how far a comparison is: by stages, each with its share of the whole work. */
export class WorkMeter {
  readonly #tell: (progress: QuantBenchProgress) => void;
  readonly #total: number;
  #progress: Told;
  #before = 0;
  #weight = 0;
  #toldAt = 0;

  /** @param total weight of all stages together, as far as it can be told beforehand */
  constructor(
    facts: Pick<Told, "kind" | "files">,
    total: number,
    tell: (progress: QuantBenchProgress) => void,
  ) {
    this.#tell = tell;
    this.#total = Math.max(1, total);
    this.#progress = {
      ...facts,
      startedAt: Date.now(),
      stage: "loading",
      model: "",
      quantization: "",
      file: 1,
      done: 0,
      total: 0,
    };
  }

  /** What was begun before is done. */
  begin(weight: number, change: Partial<Told>): void {
    this.#before += this.#weight;
    this.#weight = weight;
    this.#progress = { ...this.#progress, done: 0, total: 0, ...change };
    this.#say(true);
  }

  step(done: number, total: number, change: Partial<Told> = {}): void {
    this.#progress = { ...this.#progress, ...change, done, total };
    this.#say(done >= total);
  }

  #say(now: boolean): void {
    if (!now && performance.now() - this.#toldAt < tellEveryMs) return;
    this.#toldAt = performance.now();
    const { done, total } = this.#progress;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const fraction = Math.min(1, (this.#before + this.#weight * share) / this.#total);
    this.#tell({ ...this.#progress, fraction });
  }
}
