import { expect, it } from "vitest";
import { ReaderThread } from "./readerThreads.ts";

const entry = new URL("./readerWorker.ts", import.meta.url);

it("gives a thread that is ending to nobody", async () => {
  const first = ReaderThread.take(entry, 256);
  await first.giveBack();
  const again = ReaderThread.take(entry, 256);
  expect(again).toBe(first);
  await again.giveBack();
  // As when it has been idle for long.
  const ending = first.end();
  const other = ReaderThread.take(entry, 256);
  expect(other).not.toBe(first);
  await Promise.all([ending, other.end()]);
});
