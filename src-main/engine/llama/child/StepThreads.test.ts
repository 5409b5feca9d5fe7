import { describe, expect, it } from "vitest";
import { StepThreads } from "./StepThreads.ts";

describe("StepThreads", () => {
  it("lets no trial that a prompt began reach into steps of a few tokens", () => {
    const threads = new StepThreads(2, () => 0);
    for (let step = 0; step < 4; step++) threads.record(64, 2_500);
    expect(threads.next(64)).toEqual({ single: 2, batch: 1 });
    expect(threads.next(8)).toEqual({ single: 2, batch: 2 });
  });

  it("gives prompts what single tokens have found out", () => {
    let now = 0;
    const threads = new StepThreads(2, () => now);
    // A neighbour takes a core: two threads are slow, one alone is quick.
    for (let step = 0; step < 40; step++) {
      const { single } = threads.next(1);
      const ms = step < 10 ? 8 / single : single === 2 ? 80 : 8;
      now += ms;
      threads.record(1, ms);
    }
    expect(threads.next(1)).toEqual({ single: 1, batch: 1 });
  });

  it("finds the number for a few tokens at once by themselves, from where single ones are", () => {
    let now = 0;
    const threads = new StepThreads(2, () => now);
    // Together they are slow with two threads, for as long as a neighbour is busy.
    const run = (steps: number, slow: boolean): number => {
      for (let step = 0; step < steps; step++) {
        const { batch } = threads.next(2);
        const ms = batch === 1 ? 25 : slow ? 200 : 16;
        now += ms;
        threads.record(2, ms);
      }
      return threads.next(2).batch;
    };
    expect(run(40, false)).toBe(2);
    expect(run(10, true)).toBe(1);
    expect(threads.next(64).batch).toBe(2);
    expect(run(200, false)).toBe(2);
  });

  it("makes no trial in the first seconds of reading, nor after single tokens were compared", () => {
    const first = new StepThreads(2, () => 0);
    for (let step = 0; step < 4; step++) first.record(512, 2_400);
    expect(first.tryingLong).toBe(false);
    const second = new StepThreads(2, () => 0);
    for (let step = 0; step < 12; step++) second.record(1, 10);
    for (let step = 0; step < 8; step++) second.record(512, 2_500);
    expect(second.tryingLong).toBe(false);
  });

  it("ends a trial of long steps after the first", () => {
    const threads = new StepThreads(2, () => 0);
    for (let step = 0; step < 4; step++) threads.record(512, 2_500);
    expect(threads.tryingLong).toBe(true);
    threads.record(64, 500);
    expect(threads.tryingLong).toBe(false);
    expect(threads.next(512).batch).toBe(2);
  });
});
