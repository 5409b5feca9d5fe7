/** A disk that comes back is seen within so long, without anybody asking. */
const usualEveryMs = 5_000;

/** Looks now and then whether a folder of models has come or gone, and has the models read anew then. */
export class ReachWatch implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(options: {
    readonly hasChanged: () => Promise<boolean>;
    readonly onChange: () => Promise<unknown>;
    readonly onFault: (error: unknown) => void;
    readonly everyMs?: number;
  }) {
    const look = async (): Promise<void> => {
      if (await options.hasChanged()) await options.onChange();
    };
    this.#timer = setInterval(() => {
      // A network folder that does not answer holds up only this look.
      if (this.#isLooking) return;
      this.#isLooking = true;
      look()
        .catch(options.onFault)
        .finally(() => (this.#isLooking = false));
    }, options.everyMs ?? usualEveryMs);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
