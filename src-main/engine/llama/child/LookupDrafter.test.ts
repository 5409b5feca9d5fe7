import { describe, expect, it } from "vitest";
import { LookupDrafter } from "./LookupDrafter.ts";

const source = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe("LookupDrafter", () => {
  it("expects what followed the same tokens before, as far as they agreed, less two", () => {
    const seven = [...source, 11, 12, 13, 14, 99, 2, 3, 4, 5, 6, 7, 8];
    expect(new LookupDrafter().draft(seven, 16)).toEqual([9, 10, 11, 12, 13]);
    expect(new LookupDrafter().draft(seven, 2)).toEqual([9, 10]);
    const six = [...source, 11, 12, 13, 14, 99, 2, 3, 4, 5, 6, 7];
    expect(new LookupDrafter().draft(six, 16)).toEqual([8, 9, 10, 11]);
  });

  it("expects nothing after what was never seen", () => {
    expect(new LookupDrafter().draft([...source, 99, 2, 3, 4, 5, 6], 8)).toEqual([]);
    expect(new LookupDrafter().draft([1, 2], 8)).toEqual([]);
  });

  it("takes the place that was seen last", () => {
    const start = [1, 2, 3, 4, 5, 6];
    const tokens = [...start, 7, 7, 7, 7, 0, ...start, 8, 8, 8, 8, 1, ...start];
    expect(new LookupDrafter().draft(tokens, 8)).toEqual([8, 8, 8, 8]);
  });

  it("rests while guessing costs more than it brings, ever longer", () => {
    const drafter = new LookupDrafter();
    const tokens = [...source, 99, 2, 3, 4, 5, 6, 7];
    const steps = (): number => {
      let count = 0;
      while (drafter.draft(tokens, 8).length === 0) count += 1;
      return count;
    };
    for (let n = 0; n < 2; n++) drafter.record(0, 4);
    const first = steps();
    expect(first).toBeGreaterThan(0);
    drafter.record(0, 4);
    expect(steps()).toBeGreaterThan(first);
    for (let n = 0; n < 10; n++) drafter.record(8, 4);
    expect(steps()).toBe(0);
  });
});
