import { describe, expect, it } from "vitest";
import { ThreadGovernor } from "./ThreadGovernor.ts";

/** Runs steps of a simulated machine; returns the time they took and how many threads the last used. */
function simulate(
  governor: ThreadGovernor,
  clock: { ms: number },
  steps: number,
  cost: (threads: number) => number,
) {
  const startedAt = clock.ms;
  for (let step = 0; step < steps; step++) {
    const ms = cost(governor.threads);
    clock.ms += ms;
    governor.record(ms);
  }
  return { ms: clock.ms - startedAt, threads: governor.threads };
}

function setUp(most: number) {
  const clock = { ms: 0 };
  return { clock, governor: new ThreadGovernor(most, () => clock.ms) };
}

/** Two cores to itself; one busy neighbour. As measured with a small model. */
const calm = (threads: number): number => (threads === 2 ? 7.5 : 11);
const disturbed = (threads: number): number => (threads === 2 ? 120 : 15);

describe("ThreadGovernor", () => {
  it("uses all threads of a calm machine, for next to nothing", () => {
    const { clock, governor } = setUp(2);
    const { ms, threads } = simulate(governor, clock, 500, calm);
    expect(threads).toBe(2);
    expect(ms).toBeLessThan(500 * 7.5 * 1.01);
  });

  it("gets near the speed of one thread while a neighbour keeps a core busy", () => {
    const { clock, governor } = setUp(2);
    simulate(governor, clock, 200, calm);
    const { ms } = simulate(governor, clock, 2_000, disturbed);
    expect(ms).toBeLessThan(2_000 * 15 * 1.15);
  });

  it("finds out when it is disturbed from the very first step", () => {
    const { clock, governor } = setUp(2);
    const { ms } = simulate(governor, clock, 500, disturbed);
    expect(ms).toBeLessThan(500 * 15 * 1.35);
  });

  it("comes back to all threads when the neighbour has gone", () => {
    const { clock, governor } = setUp(2);
    simulate(governor, clock, 500, disturbed);
    const { threads } = simulate(governor, clock, 1_700, calm);
    expect(threads).toBe(2);
  });

  it("stays with all threads when everything is slower for another reason", () => {
    const { clock, governor } = setUp(2);
    simulate(governor, clock, 200, calm);
    const { ms, threads } = simulate(governor, clock, 500, (count) => 3 * calm(count));
    expect(threads).toBe(2);
    expect(ms).toBeLessThan(500 * 22.5 * 1.02);
  });

  it("goes down several steps on a large machine, and up again", () => {
    const { clock, governor } = setUp(16);
    const cost = (most: number) => (threads: number) => 100 / threads + (threads > most ? 200 : 0);
    simulate(governor, clock, 200, cost(16));
    expect(simulate(governor, clock, 300, cost(6)).threads).toBeLessThanOrEqual(6);
    expect(simulate(governor, clock, 3_000, cost(16)).threads).toBe(16);
  });

  it("leaves a single thread alone", () => {
    const { clock, governor } = setUp(1);
    expect(simulate(governor, clock, 50, (threads) => 10 * threads).threads).toBe(1);
  });
});
