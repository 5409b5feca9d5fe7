import { describe, expect, it } from "vitest";
import { StepPace } from "./StepPace.ts";

describe("StepPace", () => {
  it("reads in longer pieces when a piece was quick, and in shorter ones when it was slow", () => {
    const pace = new StepPace(512);
    expect(pace.alone(4096, false)).toBe(64);
    pace.record(64, 0, 100);
    expect(pace.alone(4096, false)).toBe(256);
    pace.record(256, 0, 400);
    expect(pace.alone(4096, false)).toBe(512);
    pace.record(512, 0, 8_000);
    expect(pace.alone(4096, false)).toBe(128);
    pace.record(128, 0, 60_000);
    expect(pace.alone(4096, false)).toBe(64);
  });

  it("cuts a prompt into equal pieces instead of leaving a small rest", () => {
    const pace = new StepPace(512);
    pace.record(64, 0, 1);
    pace.record(256, 0, 1);
    expect(pace.alone(530, false)).toBe(265);
    expect(pace.alone(512, false)).toBe(512);
    expect(pace.alone(0, false)).toBe(0);
  });

  it("learns from equal pieces that are a little shorter than the usual one", () => {
    const pace = new StepPace(512);
    const first = pace.alone(502, false);
    expect(first).toBe(63);
    pace.record(first, 0, 100);
    expect(pace.alone(502 - first, false)).toBe(220);
  });

  it("keeps a trial short", () => {
    const pace = new StepPace(512);
    expect(pace.alone(4096, true)).toBe(64);
    expect(pace.alone(30, true)).toBe(30);
  });

  it("lets those who write wait at most two and a half times as long for a reader", () => {
    const pace = new StepPace(512);
    expect(pace.beside(1)).toBe(4);
    pace.record(0, 1, 10);
    pace.record(4, 1, 14);
    expect(pace.writeMs(1)).toBe(10);
    expect(pace.beside(1)).toBe(15);
    expect(pace.beside(2)).toBe(4);
  });
});
