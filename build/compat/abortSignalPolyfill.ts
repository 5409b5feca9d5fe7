/** `AbortSignal.any` (Chromium 116, Node 20), `.timeout` and `.throwIfAborted` (Node 17). */

interface Incomplete {
  any?: (signals: Iterable<AbortSignal>) => AbortSignal;
  timeout?: (ms: number) => AbortSignal;
  prototype: { throwIfAborted?: () => void };
}

const signalClass = AbortSignal as unknown as Incomplete;

signalClass.any ??= (signals) => {
  const controller = new AbortController();
  const sources = [...signals];
  const follow = (source: AbortSignal): void => {
    controller.abort(source.reason);
    for (const other of sources) other.removeEventListener("abort", onAbort);
  };
  function onAbort(this: AbortSignal): void {
    follow(this);
  }
  for (const source of sources) {
    if (source.aborted) {
      follow(source);
      break;
    }
    source.addEventListener("abort", onAbort, { once: true });
  }
  return controller.signal;
};

signalClass.timeout ??= (ms) => {
  const controller = new AbortController();
  const late = (): void => controller.abort(new DOMException("It took too long.", "TimeoutError"));
  setTimeout(late, ms);
  return controller.signal;
};

signalClass.prototype.throwIfAborted ??= function throwIfAborted(this: AbortSignal): void {
  if (this.aborted) throw this.reason ?? new DOMException("It was cancelled.", "AbortError");
};
