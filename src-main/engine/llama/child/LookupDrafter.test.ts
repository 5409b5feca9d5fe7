import { describe, expect, it } from "vitest";
import { LookupDrafter } from "./LookupDrafter.ts";

const source = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe("LookupDrafter", () => {
  it("expects what followed the same tokens before", () => {
    expect(new LookupDrafter().draft([...source, 99, 2, 3, 4, 5], 8)).toEqual([6, 7, 8]);
  });

  it("expects nothing after what was never seen", () => {
    expect(new LookupDrafter().draft([...source, 99, 2, 3, 4], 8)).toEqual([]);
    expect(new LookupDrafter().draft([1, 2], 8)).toEqual([]);
  });

  it("takes the place that was seen last", () => {
    const tokens = [1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 8, 8, 8, 0, 1, 2, 3, 4];
    expect(new LookupDrafter().draft(tokens, 8)).toEqual([8, 8, 8]);
  });

  it("dares more while it is right, and never more than there is room", () => {
    const drafter = new LookupDrafter();
    const tokens = [...source, 11, 12, 13, 99, 1, 2, 3, 4];
    drafter.record(3, 3, 1.5);
    expect(drafter.draft(tokens, 16)).toHaveLength(6);
    expect(drafter.draft(tokens, 4)).toHaveLength(4);
  });

  it("rests while guessing costs more than it brings, ever longer", () => {
    const drafter = new LookupDrafter();
    const tokens = [...source, 99, 2, 3, 4, 5];
    const steps = (): number => {
      let count = 0;
      while (drafter.draft(tokens, 8).length === 0) count += 1;
      return count;
    };
    while (steps() === 0) drafter.record(0, 3, 3);
    drafter.record(0, 3, 3);
    expect(steps()).toBeGreaterThan(30);
  });
});
