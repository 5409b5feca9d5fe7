import { setTimeout as sleep } from "node:timers/promises";

/** After a stretch of work this many times as long is rested, so that a chat keeps nearly all of its speed. */
const restShare = 9;
/** The work comes on all the same, if slowly. */
const longestRestMs = 3_000;
const lookEveryMs = 25;

/**
 * Rests while a chat is being written, in proportion to the work since: the threads of a model wait for
 * each other at every step, so that one core taken from them slows down all of them.
 *
 * @param since when the work began, by `performance.now()`
 * @throws the signal's reason, as an AbortError, when it fires first
 */
export async function giveWay(
  isChatBusy: () => boolean,
  since: number,
  signal: AbortSignal,
): Promise<void> {
  if (!isChatBusy()) return;
  const now = performance.now();
  const until = now + Math.min(restShare * (now - since), longestRestMs);
  while (isChatBusy() && performance.now() < until) {
    await sleep(lookEveryMs, undefined, { signal });
  }
}
