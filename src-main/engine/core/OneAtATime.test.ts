import { describe, expect, it } from "vitest";
import { OneAtATime } from "./OneAtATime.ts";

const untilAborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve("ended")));

describe("OneAtATime", () => {
  it("refuses a second one while the first goes on, and takes the next after it", async () => {
    const one = new OneAtATime(() => new Error("busy"));
    const caller = new AbortController();
    const first = one.run(caller.signal, untilAborted);
    await expect(one.run(caller.signal, untilAborted)).rejects.toThrow("busy");
    await one.cancel();
    await expect(first).resolves.toBe("ended");
    await expect(one.run(new AbortController().signal, async () => "next")).resolves.toBe("next");
  });

  it("is ended by its caller, and ending what failed or is not there throws nothing", async () => {
    const one = new OneAtATime(() => new Error("busy"));
    const caller = new AbortController();
    const run = one.run(caller.signal, untilAborted);
    caller.abort();
    await expect(run).resolves.toBe("ended");
    const failing = one.run(new AbortController().signal, async (signal) => {
      await untilAborted(signal);
      throw new Error("failed");
    });
    const [failed, ended] = await Promise.allSettled([failing, one.cancel()]);
    expect(failed).toEqual({ status: "rejected", reason: new Error("failed") });
    expect(ended.status).toBe("fulfilled");
    await one.cancel();
  });
});
