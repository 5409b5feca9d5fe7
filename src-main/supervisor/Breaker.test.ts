import { describe, expect, it } from "vitest";
import { Breaker } from "./Breaker.ts";

describe("Breaker", () => {
  it("opens at the third death within a minute, and not by deaths further apart", () => {
    let now = 0;
    const breaker = new Breaker({ now: () => now });
    const dieAt = (at: number): boolean => {
      now = at;
      breaker.died();
      return breaker.open;
    };
    expect([0, 31_000, 62_000, 93_000].map(dieAt)).toEqual([false, false, false, false]);
    expect(dieAt(100_000)).toBe(true);
    now = 153_001;
    expect(breaker.open).toBe(false);
  });

  it("waits longer after each death, and not at all after none", () => {
    const breaker = new Breaker({ firstWaitMs: 100, now: () => 0 });
    const waits = [breaker.waitMs];
    for (let death = 0; death < 3; death++) {
      breaker.died();
      waits.push(breaker.waitMs);
    }
    expect(waits).toEqual([0, 100, 400, 1600]);
  });

  it("closes when the user asks", () => {
    const breaker = new Breaker({ limit: 1, now: () => 0 });
    breaker.died();
    expect(breaker.open).toBe(true);
    breaker.reset();
    expect([breaker.open, breaker.waitMs]).toEqual([false, 0]);
  });
});
