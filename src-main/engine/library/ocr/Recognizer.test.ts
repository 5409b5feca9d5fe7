import { afterEach, expect, it } from "vitest";
import { Recognizer } from "./Recognizer.ts";

const open: Recognizer[] = [];
afterEach(async () => {
  for (const recognizer of open.splice(0)) await recognizer[Symbol.asyncDispose]();
});

function start(worker: string): Recognizer {
  const recognizer = new Recognizer({
    assets: async () => ({ coreScript: "", coreWasm: "", languages: [] }),
    threads: 2,
    workerPath: new URL(`./fixtures/${worker}.ts`, import.meta.url),
  });
  open.push(recognizer);
  return recognizer;
}

const task = { path: "a.pdf", password: undefined, page: 1 };
const { signal: never } = new AbortController();

it("gives every page its turn, also when pages that wait in front or behind are cancelled", async () => {
  const recognizer = start("steadyWorker");
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

it("tells a thread that does not start from a page that cannot be read", async () => {
  await expect(start("stillbornWorker").recognize(task, never)).rejects.toMatchObject({
    code: "unavailable",
    reason: "No core.",
  });
});

it("gives the page after a failure another thread", async () => {
  const recognizer = start("failingWorker");
  const reasons: string[] = [];
  for (let page = 1; page <= 2; page++) {
    await recognizer.recognize({ ...task, page }, never).catch((error: unknown) => {
      expect(error).not.toHaveProperty("code");
      reasons.push(error instanceof Error ? error.message : String(error));
    });
  }
  expect(reasons).toEqual([expect.stringMatching(/^thread/u), expect.stringMatching(/^thread/u)]);
  expect(reasons[0]).not.toBe(reasons[1]);
});
