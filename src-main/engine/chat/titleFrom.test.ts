import { describe, expect, it } from "vitest";
import { titleFrom } from "./titleFrom.ts";

describe("titleFrom", () => {
  it.each([
    ["  What is\n a  KV cache? ", "What is a KV cache?"],
    [
      "Please explain to me in simple words how continuous batching works and why it helps",
      "Please explain to me in simple words how continuous batching…",
    ],
    [`${"a".repeat(59)}😀 tail`, `${"a".repeat(59)}…`],
    ["x".repeat(100), `${"x".repeat(60)}…`],
  ])("of %j is %j", (text, title) => {
    expect(titleFrom(text)).toBe(title);
    expect(titleFrom(text).isWellFormed()).toBe(true);
  });
});
