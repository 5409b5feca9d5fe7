import { describe, expect, it } from "vitest";
import { giveWay } from "./giveWay.ts";

const { signal } = new AbortController();

async function timed(work: Promise<void>): Promise<number> {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
}

describe("giveWay", () => {
  it("does not rest where there is no chat", async () => {
    expect(await timed(giveWay(() => false, performance.now() - 1_000, signal))).toBeLessThan(20);
  });

  it("rests several times as long as there was work, and then goes on beside the chat", async () => {
    const ms = await timed(giveWay(() => true, performance.now() - 40, signal));
    expect(ms).toBeGreaterThan(300);
    expect(ms).toBeLessThan(1_500);
  });

  it("goes on soon after the chat has ended", async () => {
    let busy = true;
    setTimeout(() => (busy = false), 60);
    expect(await timed(giveWay(() => busy, performance.now() - 1_000, signal))).toBeLessThan(500);
  });

  it("ends when it is told to", async () => {
    const end = new AbortController();
    setTimeout(() => end.abort(), 30);
    await expect(giveWay(() => true, 0, end.signal)).rejects.toMatchObject({ name: "AbortError" });
  });
});
