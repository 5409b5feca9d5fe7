/** Values pushed on one side and iterated on the other, once, in order, ending or failing at the end. */
export class AsyncQueue<Value> implements AsyncIterable<Value> {
  readonly #values: Value[] = [];
  #end: { readonly error: unknown } | "ended" | null = null;
  #wake: (() => void) | null = null;

  push(value: Value): void {
    if (this.#end !== null) return;
    this.#values.push(value);
    this.#wake?.();
  }

  end(): void {
    this.#end ??= "ended";
    this.#wake?.();
  }

  /** Values that were pushed before still come first. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value, void, undefined> {
    for (;;) {
      for (let value = this.#values.shift(); value !== undefined; value = this.#values.shift())
        yield value;
      if (this.#end === "ended") return;
      if (this.#end !== null) throw this.#end.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }
}
