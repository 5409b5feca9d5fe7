import { afterEach, expect, it } from "vitest";
import { Recognizer } from "./Recognizer.ts";

const recognizer = new Recognizer({
  assets: async () => ({ coreScript: "", coreWasm: "", languages: [] }),
  threads: 2,
  workerPath: new URL("./fixtures/steadyWorker.ts", import.meta.url),
});
afterEach(async () => {
  await recognizer[Symbol.asyncDispose]();
});

it("gives every page its turn, also when pages that wait in front or behind are cancelled", async () => {
  const user = new AbortController();
  const pages = (path: string, signal: AbortSignal): Promise<unknown>[] =>
    Array.from({ length: 16 }, (_, at) =>
      recognizer.recognize({ path, password: undefined, page: at + 1 }, signal),
    );
  const kept = pages("background.pdf", new AbortController().signal);
  const cancelled = pages("user.pdf", user.signal);
  const ends = Promise.allSettled(cancelled);
  await kept[0];
  user.abort();
  await expect(Promise.all(kept)).resolves.toHaveLength(16);
  const outcomes = (await ends).map(({ status }) => status);
  expect(outcomes).toContain("rejected");
}, 10_000);
