/** Work of which one runs at a time, and which anybody may end. */
export class OneAtATime {
  readonly #busy: () => Error;
  #current: { readonly end: AbortController; readonly done: Promise<unknown> } | undefined;

  /** @param busy what a second one is told while the first goes on */
  constructor(busy: () => Error) {
    this.#busy = busy;
  }

  /**
   * @param caller ends it as well
   * @throws what `busy` says, or what the work throws
   */
  async run<T>(caller: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#current) throw this.#busy();
    const end = new AbortController();
    const done = work(AbortSignal.any([caller, end.signal]));
    this.#current = { end, done };
    try {
      return await done;
    } finally {
      this.#current = undefined;
    }
  }

  /** Ends what runs, if there is something, and waits for that. */
  async cancel(): Promise<void> {
    const current = this.#current;
    current?.end.abort();
    // Whoever started it is told how it ended; here only the end is waited for.
    await Promise.allSettled([current?.done]);
  }
}
