import { describe, expect, it } from "vitest";
import {
  killReport,
  meanRate,
  memoryGrowth,
  soakReport,
  type MemorySample,
  type SoakFacts,
  type SoakJob,
} from "./benchSoakReport.ts";

const job = (change: Partial<SoakJob> = {}): SoakJob => ({
  ...{ kind: "short", startMs: 0, endMs: 100, firstTextMs: 50, outcome: "done", cause: "none" },
  ...change,
});

const memory = (pid: number, values: readonly number[], fromMs = 0): MemorySample[] =>
  values.map((rssBytes, at) => ({ process: "model", pid, ms: fromMs + at * 1000, rssBytes }));

describe("memoryGrowth", () => {
  it("leaves out the warm-up and single peaks", () => {
    const values = [10, 50, 100, 100, 100, 100, 100, 100, 100, 104, 900, 104];
    expect(memoryGrowth(memory(1, values), 0)).toBeGreaterThan(1);
    expect(memoryGrowth(memory(1, [...values, 104, 104, 104]), 2000)).toBeCloseTo(0.04);
  });

  it("takes the worst of several processes", () => {
    const flat = Array.from({ length: 10 }, () => 100);
    const grown = [
      ...Array.from({ length: 5 }, () => 100),
      ...Array.from({ length: 5 }, () => 120),
    ];
    expect(memoryGrowth([...memory(1, flat), ...memory(2, grown, 20_000)], 0)).toBeCloseTo(0.2);
  });

  it("says nothing of a process that was seen too briefly", () => {
    expect(memoryGrowth(memory(1, [100, 200, 300]), 0)).toBeNull();
    expect(memoryGrowth([], 0)).toBeNull();
  });
});

describe("meanRate", () => {
  const samples = [
    { ms: 0, tokensPerSecond: 100 },
    { ms: 1000, tokensPerSecond: 50 },
    { ms: 3000, tokensPerSecond: 0 },
  ];

  it.each([
    [0, 1000, 100],
    [0, 3000, 200 / 3],
    [500, 1500, 75],
    [3000, 4000, 0],
    [2000, 2000, 0],
  ])("from %d to %d", (from, to, expected) => {
    expect(meanRate(samples, from, to)).toBeCloseTo(expected);
  });
});

describe("killReport", () => {
  it("looks at what was under way, and at what began later", () => {
    const jobs = [
      job({ endMs: 900 }),
      job({ startMs: 500, endMs: 1100, outcome: "model-died", cause: "killed" }),
      job({ startMs: 600, endMs: 1200, outcome: "untyped", cause: "killed" }),
      job({ startMs: 700, endMs: 1300 }),
      job({ startMs: 800, endMs: 1300, outcome: "connection-lost", cause: "dropped" }),
      job({ startMs: 1200, endMs: 4000, firstTextMs: 2000 }),
      job({ startMs: 1300, endMs: 4000, firstTextMs: 1500 }),
    ];
    expect(killReport(jobs, 1000)).toEqual({
      ...{ atMs: 1000, inFlight: 3, typedErrors: 1, untypedErrors: 1, survived: 1 },
      recoveryMs: 1800,
    });
  });

  it("has no recovery when nothing came after", () => {
    expect(killReport([job()], 1000).recoveryMs).toBeNull();
  });
});

describe("soakReport", () => {
  const facts: SoakFacts = {
    ...{ minutes: 1, clients: 2, memory: [], warmUpMs: 0, killedAtMs: null },
    jobs: [job(), job({ outcome: "cancelled", cause: "cancelled" })],
    rates: [{ ms: 0, tokensPerSecond: 100 }],
    leaked: { running: 0, waiting: 0, busyChats: 0 },
    first: { fromMs: 0, toMs: 1000 },
    last: { fromMs: 9000, toMs: 10_000 },
  };

  it("is content when all is well", () => {
    expect(soakReport(facts)).toMatchObject({
      ...{ missed: [], errors: [], jobs: 2, outcomes: { done: 1, cancelled: 1 } },
      ...{ tokensPerSecondFirst: 100, tokensPerSecondLast: 100 },
    });
  });

  it.each<[Partial<SoakFacts>, string]>([
    [{ jobs: [] }, "no request"],
    [{ jobs: [job({ outcome: "internal" })] }, "no client caused"],
    [{ leaked: { running: 1, waiting: 0, busyChats: 0 } }, "still busy"],
    [{ memory: memory(1, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]) }, "memory grew"],
    [
      {
        rates: [
          { ms: 0, tokensPerSecond: 100 },
          { ms: 5000, tokensPerSecond: 96 },
        ],
      },
      "slower",
    ],
    [{ killedAtMs: 50 }, "too late"],
  ])("says what is missed: %j", (change, words) => {
    const { missed } = soakReport({ ...facts, ...change });
    expect(missed).toHaveLength(1);
    expect(missed[0]).toContain(words);
  });
});
