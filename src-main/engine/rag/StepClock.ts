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

  /** All steps, with the time between them as the last, so that they add up to the whole. */
  finish(): { name: string; ms: number; note: string }[] {
    const whole = performance.now() - this.#begun;
    const timed = this.steps.reduce((sum, step) => sum + step.ms, 0);
    return [...this.steps, { name: "other", ms: Math.max(0, whole - timed), note: "" }];
  }
}
