import { describe, expect, it } from "vitest";
import { estimateTokens } from "./estimateTokens.ts";

describe("estimateTokens", () => {
  // Counts by the vocabulary of all-MiniLM-L6-v2, without the marks at both ends.
  it.each([
    ["This is an example sentence", 5],
    ["The harbour master keeps a careful ledger of every vessel that enters the fjord.", 15],
    ["Its cylinder, 0.42 m in diameter, turned once in twenty-four hours.", 18],
    ["", 0],
    ["汉字测试", 4],
  ])("is near the count of %j", (text, tokens) => {
    const estimate = estimateTokens(text);
    expect(estimate).toBeGreaterThanOrEqual(tokens * 0.9);
    expect(estimate).toBeLessThanOrEqual(tokens * 1.25 + 1);
  });

  it("grows with text without blanks", () => {
    expect(estimateTokens("x".repeat(10_000))).toBeGreaterThan(2000);
    expect(estimateTokens("7".repeat(1000))).toBeGreaterThan(300);
  });
});
