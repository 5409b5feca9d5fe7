import { describe, expect, it } from "vitest";
import type { GenerationStats } from "../../contract/chat.ts";
import { kvReport, planChats, type KvSample } from "./benchKvReport.ts";

const sample = (ms: number, cellsUsed: number, running = 2): KvSample => ({
  ...{ ms, cellsUsed, cells: 1000, running, waiting: 0 },
  ...{ bytesUsed: cellsUsed * 10, bytes: 10_000 },
});

const stats = (promptTokens: number, reusedTokens: number, tokens: number): GenerationStats => ({
  ...{ promptTokens, reusedTokens, tokens, firstTokenMs: 1, tokensPerSecond: 1 },
  ...{ contextTokens: 800, model: "m", quantization: "q" },
});

describe("kvReport", () => {
  const chats = [stats(200, 100, 51), stats(300, 100, 51)];

  it("counts what is common once", () => {
    const report = kvReport({
      samples: [sample(0, 100), sample(1, 500), sample(2, 300, 0)],
      chats,
      prefixTokens: 100,
      contextTokens: 800,
    });
    // 100 common, 100 + 50 and 200 + 50 of their own.
    expect(report.neededCells).toBe(500);
    expect(report).toMatchObject({ peakCells: 500, peakRunning: 2, lostShare: 0 });
    expect(report).toMatchObject({ evaluatedTokens: 300, sharedTokens: 200 });
    expect(report.fixedContextLostShare).toBeCloseTo(1 - 500 / 1600);
  });

  it.each([
    [600, 0.1],
    [440, 0.06],
  ])("calls it lost when %d cells are held where 500 are needed", (held, lost) => {
    const report = kvReport({
      ...{ samples: [sample(0, held)], chats, prefixTokens: 100, contextTokens: 800 },
    });
    expect(report.lostShare).toBeCloseTo(lost);
  });

  it("expects no more than is allocated", () => {
    const report = kvReport({
      ...{ samples: [sample(0, 990)], chats: [stats(700, 0, 1), stats(700, 0, 1)] },
      ...{ prefixTokens: 100, contextTokens: 800 },
    });
    expect(report.neededCells).toBe(1300);
    expect(report.lostShare).toBeCloseTo(0.01);
  });

  it("knows from the engine where the common part ends, unless that shared little", () => {
    const facts = { samples: [sample(0, 500)], prefixTokens: 106, contextTokens: 800 };
    expect(kvReport({ ...facts, chats }).neededCells).toBe(500);
    const alone = [stats(200, 0, 51), stats(300, 0, 51)];
    expect(kvReport({ ...facts, chats: alone }).neededCells).toBe(600 - 106);
  });

  it("is not made of nothing", () => {
    expect(() => kvReport({ samples: [], chats, prefixTokens: 1, contextTokens: 1 })).toThrow(
      RangeError,
    );
  });
});

describe("planChats", () => {
  const input = {
    ...{ chats: 8, cells: 8192, contextTokens: 4096, prefixTokens: 520 },
    ...{ addedTokens: 72, fill: 0.98 },
  };

  it("needs the wanted share together, in mixed lengths", () => {
    const { ownWords } = planChats(input);
    const needed = 520 + ownWords.reduce((sum, own) => sum + own + 72, 0);
    expect(needed).toBeGreaterThan(0.975 * 8192);
    expect(needed).toBeLessThanOrEqual(0.98 * 8192);
    expect(ownWords.at(-1)).toBeGreaterThan(7 * (ownWords[0] ?? 0));
  });

  it("cuts a chat to its context", () => {
    const { ownWords } = planChats({ ...input, contextTokens: 1000 });
    expect(Math.max(...ownWords)).toBe(1000 - 520 - 72);
  });

  it("leaves every chat a word where the cache is small", () => {
    expect(Math.min(...planChats({ ...input, cells: 100 }).ownWords)).toBe(1);
  });
});
