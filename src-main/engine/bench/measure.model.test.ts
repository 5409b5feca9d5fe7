import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelledError } from "../../contract/errors.ts";
import { startChat } from "../llama/fixtures/testModels.ts";
import type { LlamaProcess } from "../llama/LlamaProcess.ts";
import { measureChats, measureDecode, measurePrefill, type MeasureOptions } from "./measure.ts";

describe("measuring a real model", () => {
  let backend: LlamaProcess;
  let seed = 0;
  beforeAll(async () => {
    backend = await startChat({ contextTokens: 2_048 });
  });
  afterAll(() => backend[Symbol.asyncDispose]());

  const options = (tokens: number, more: Partial<MeasureOptions> = {}): MeasureOptions => ({
    backend,
    tokens,
    seed: ++seed,
    signal: new AbortController().signal,
    onTokens: () => {},
    ...more,
  });

  it("reads a prompt of the wanted length anew each time", async () => {
    for (let repeat = 0; repeat < 2; repeat++) {
      let read = 0;
      const rate = await measurePrefill(options(512, { onTokens: (tokens) => (read += tokens) }));
      expect(rate).toBeGreaterThan(5);
      // A token of the beginning may be shared; the rest is not.
      expect(read).toBeGreaterThan(495);
      expect(read).toBeLessThanOrEqual(513);
    }
  });

  it("writes exactly so many tokens, and its rate is what a clock beside it says", async () => {
    let written = 0;
    const from = performance.now();
    const rate = await measureDecode(options(48, { onTokens: (tokens) => (written += tokens) }));
    const wall = (1_000 * 48) / (performance.now() - from);
    expect(written).toBe(48);
    // The clock also counts the reading of the question.
    expect(rate).toBeGreaterThan(wall * 0.9);
    expect(rate).toBeLessThan(wall * 4);
  });

  it("writes in several chats at once, and all of them end", async () => {
    let written = 0;
    const rate = await measureChats(options(24, { onTokens: (tokens) => (written += tokens) }), 4);
    expect(written).toBe(96);
    expect(rate).toBeGreaterThan(1);
  });

  it("ends soon when it is not wanted any more", async () => {
    const end = new AbortController();
    const measured = measureChats(
      options(1_000, { signal: end.signal, onTokens: () => end.abort(cancelledError()) }),
      4,
    );
    await expect(measured).rejects.toMatchObject({ code: "cancelled" });
    await expect.poll(() => backend.activity.running, { timeout: 5_000 }).toBe(0);
  });
});
