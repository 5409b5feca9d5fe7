import { describe, expect, it } from "vitest";
import { ActivityMeter } from "./ActivityMeter.ts";

describe("ActivityMeter", () => {
  it("tells the rate of many short steps", () => {
    let now = 0;
    const meter = new ActivityMeter(() => now);
    for (let step = 0; step < 1_000; step++) {
      now += 10;
      meter.add(1, 10);
    }
    expect(meter.perSecond).toBeCloseTo(100, 5);
  });

  it("keeps the rate of a long step until the next one, and forgets it when none comes", () => {
    let now = 2_000;
    const meter = new ActivityMeter(() => now);
    meter.add(500, 2_000);
    expect(meter.perSecond).toBe(250);
    now += 3_900;
    expect(meter.perSecond).toBe(250);
    now += 200;
    expect(meter.perSecond).toBe(0);
  });
});
