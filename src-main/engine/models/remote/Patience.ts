/** Ends a request when the caller wants that, or when nothing has happened for too long. */
export class Patience implements Disposable {
  readonly signal: AbortSignal;
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
  }

  /** Nothing has happened for too long. */
  get isOver(): boolean {
    return this.#end.signal.aborted;
  }

  /** Something has happened; the next has `ms` from now. */
  restart(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end.abort(), ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
