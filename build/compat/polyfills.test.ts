import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** What the platform has of its own; taken away for the test and put back afterwards. */
const natives = [
  [AbortSignal, "any"],
  [AbortSignal, "timeout"],
  [AbortSignal.prototype, "throwIfAborted"],
  [ReadableStream.prototype, Symbol.asyncIterator],
].map(([owner, key]) => ({
  owner: owner as object,
  key: key as string | symbol,
  own: Object.getOwnPropertyDescriptor(owner, key as string | symbol) ?? {},
}));

describe("the polyfills", () => {
  beforeAll(async () => {
    for (const { owner, key } of natives) Reflect.deleteProperty(owner, key);
    await import("./abortSignalPolyfill.ts");
    await import("./streamPolyfill.ts");
  });

  afterAll(() => {
    for (const { owner, key, own } of natives) Object.defineProperty(owner, key, own);
  });

  it("stand in for the platform", () => {
    for (const { owner, key, own } of natives) {
      expect(Reflect.get(owner, key)).toBeInstanceOf(Function);
      expect(Reflect.get(owner, key)).not.toBe(own.value);
    }
  });

  it("follows whichever signal is aborted first, with its reason", () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const either = AbortSignal.any([first.signal, second.signal]);
    expect(either.aborted).toBe(false);
    second.abort("second");
    first.abort("first");
    expect(either.aborted).toBe(true);
    expect(either.reason).toBe("second");
  });

  it("is aborted from the start if one of them is", () => {
    const either = AbortSignal.any([new AbortController().signal, AbortSignal.abort("before")]);
    expect(either.reason).toBe("before");
  });

  it("times out", async () => {
    const signal = AbortSignal.timeout(5);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    expect((signal.reason as DOMException).name).toBe("TimeoutError");
  });

  it("throws the reason once aborted", () => {
    const controller = new AbortController();
    expect(() => controller.signal.throwIfAborted()).not.toThrow();
    controller.abort(new Error("stopped"));
    expect(() => controller.signal.throwIfAborted()).toThrow("stopped");
  });

  it("reads a stream to its end", async () => {
    const read: number[] = [];
    for await (const one of counting({})) read.push(one);
    expect(read).toEqual([1, 2, 3]);
  });

  it("cancels a stream that is left early", async () => {
    const seen: { cancelled?: boolean } = {};
    for await (const one of counting(seen)) if (one === 2) break;
    expect(seen.cancelled).toBe(true);
  });
});

function counting(seen: { cancelled?: boolean }): ReadableStream<number> {
  let next = 1;
  return new ReadableStream<number>({
    pull: (controller) => (next > 3 ? controller.close() : controller.enqueue(next++)),
    cancel: () => {
      seen.cancelled = true;
    },
  });
}
