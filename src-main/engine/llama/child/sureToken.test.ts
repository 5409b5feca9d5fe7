import { describe, expect, it } from "vitest";
import { sureToken } from "./sureToken.ts";

/** Logits of the given probabilities. */
const row = (...probabilities: number[]): Float32Array =>
  Float32Array.from(probabilities, (probability) => Math.log(probability) + 3);

describe("sureToken", () => {
  it("is the likeliest where that is likely enough", () => {
    expect(sureToken(row(0.1, 0.8, 0.1), 0.75)).toBe(1);
    expect(sureToken(row(0.76, 0.04, 0.2), 0.75)).toBe(0);
    expect(sureToken(row(0.7, 0.1, 0.2), 0.75)).toBeNull();
  });

  it("counts the many that are unlikely each", () => {
    const logits = new Float32Array(100_000).fill(0);
    logits[7] = 12;
    // One of 1.6, the rest together 1.
    expect(sureToken(logits, 0.6)).toBe(7);
    expect(sureToken(logits, 0.65)).toBeNull();
  });

  it("is nothing where the row says nothing", () => {
    expect(sureToken(new Float32Array(50), 0.75)).toBeNull();
    expect(sureToken(new Float32Array(3).fill(Number.NaN), 0.75)).toBeNull();
    expect(sureToken(new Float32Array(0), 0.75)).toBeNull();
  });
});
