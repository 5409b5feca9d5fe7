export interface Source<T> {
  getState(): T;
  subscribe(listener: () => void): () => void;
}

/**
 * A source that changes at most once in `everyMs`: the first change is told at once, the last of a
 * burst when the time is up. It watches its source only while somebody watches it.
 */
export class Throttled<T> implements Source<T> {
  readonly #source: Source<T>;
  readonly #everyMs: number;
  readonly #listeners = new Set<() => void>();
  #value: T;
  #stop: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: Source<T>, everyMs: number) {
    this.#source = source;
    this.#everyMs = everyMs;
    this.#value = source.getState();
  }

  getState = (): T => {
    // Nobody is told of changes while nobody watches: then the value is asked for.
    if (!this.#stop) this.#value = this.#source.getState();
    return this.#value;
  };

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#stop ??= this.#source.subscribe(() => this.#changed());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  };

  #changed(): void {
    if (this.#timer !== undefined) return;
    this.#tell();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!Object.is(this.#value, this.#source.getState())) this.#changed();
    }, this.#everyMs);
  }

  #tell(): void {
    this.#value = this.#source.getState();
    for (const listener of this.#listeners) listener();
  }
}
