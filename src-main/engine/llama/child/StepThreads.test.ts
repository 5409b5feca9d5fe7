import { describe, expect, it } from "vitest";
import { StepThreads } from "./StepThreads.ts";

describe("StepThreads", () => {
  it("lets no trial that a prompt began reach into steps of a few tokens", () => {
    const threads = new StepThreads(2, () => 0);
    for (let step = 0; step < 4; step++) threads.record(64, 64);
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

  it("learns nothing from steps of a few tokens", () => {
    const threads = new StepThreads(2, () => 0);
    for (let step = 0; step < 50; step++) threads.record(8, step % 2 === 0 ? 1 : 900);
    expect(threads.next(64)).toEqual({ single: 2, batch: 2 });
  });
});
