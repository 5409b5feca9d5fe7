/** Times the steps of an answer for its receipt. */
export class StepClock {
  readonly steps: { name: string; ms: number; note: string }[] = [];
  readonly #begun = performance.now();
  readonly #onStep: (name: string) => void;
  firstTextMs = 0;

  constructor(onStep: (name: string) => void) {
    this.#onStep = onStep;
  }

  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#onStep(name);
    const begun = performance.now();
    try {
      return await work();
    } finally {
      this.steps.push({ name, ms: performance.now() - begun, note: "" });
    }
  }

  firstText(): void {
    this.firstTextMs = performance.now() - this.#begun;
  }

  ms(name: string): number {
    return this.steps.find((step) => step.name === name)?.ms ?? 0;
  }

  totalMs(): number {
    return performance.now() - this.#begun;
  }
}
