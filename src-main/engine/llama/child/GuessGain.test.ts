import { describe, expect, it } from "vitest";
import { GuessGain } from "./GuessGain.ts";

/** Steps until guessing is due again. */
function restOf(gain: GuessGain): number {
  let steps = 0;
  while (gain.rests()) steps += 1;
  return steps;
}

describe("GuessGain", () => {
  it("lets guesses be tried until several have cost more than they brought", () => {
    const gain = new GuessGain();
    gain.record(0, 1.2);
    expect(restOf(gain)).toBe(0);
    for (let n = 0; n < 4; n++) gain.record(0, 1.2);
    expect(restOf(gain)).toBe(32);
  });

  it("rests ever longer, within a bound, while each new try fails", () => {
    const gain = new GuessGain();
    gain.record(0, 4);
    const rests = [restOf(gain)];
    const trusts = [gain.trust];
    for (let n = 0; n < 6; n++) {
      // One doubt is borne, a second is not.
      gain.record(0, 1.2);
      expect(gain.rests()).toBe(false);
      gain.record(0, 1.2);
      rests.push(restOf(gain));
      trusts.push(gain.trust);
    }
    expect(rests).toEqual([32, 64, 128, 256, 512, 1_024, 1_024]);
    expect(trusts.slice(0, 3)).toEqual([1 / 2, 1 / 4, 1 / 8]);
  });

  it("goes on while it pays, and begins with short rests again after that", () => {
    const gain = new GuessGain();
    gain.record(0, 4);
    expect(restOf(gain)).toBe(32);
    gain.record(8, 4);
    expect([restOf(gain), gain.trust]).toEqual([0, 1]);
    while (!gain.rests()) gain.record(0, 4);
    expect(restOf(gain)).toBe(31);
  });

  it("cuts a long rest short for another text, and trusts no more for that", () => {
    const gain = new GuessGain();
    for (let n = 0; n < 4; n++) gain.record(0, 4);
    expect([gain.rests(), gain.trust]).toEqual([true, 1 / 16]);
    gain.startText();
    expect([restOf(gain), gain.trust]).toEqual([32, 1 / 16]);
    gain.startText();
    expect(restOf(gain)).toBe(0);
  });

  it("counts what guessing itself costs", () => {
    const [cheap, dear] = [new GuessGain(), new GuessGain()];
    for (let n = 0; n < 8; n++) {
      cheap.record(3, 2.5);
      dear.record(3, 5);
    }
    expect([restOf(cheap), restOf(dear) > 0]).toEqual([0, true]);
  });

  it("never takes a step for cheaper than one of a single token", () => {
    const gain = new GuessGain();
    for (let n = 0; n < 20; n++) gain.record(0, 0.1);
    expect(restOf(gain)).toBe(0);
    for (let n = 0; n < 20; n++) gain.record(0, 1.05);
    expect(gain.rests()).toBe(true);
  });
});
