import { expect, it } from "vitest";
import { msLeft } from "./msLeft.ts";

it("counts each way of answering by its own times", () => {
  const quick = { questions: 3, tookMs: [100, 300] };
  const slow = { questions: 4, tookMs: [2_000] };
  expect(msLeft([quick, slow])).toBe(200 + 3 * 2_000);
});

it("does not guess a way that was never tried, unless nothing is to be done in it", () => {
  expect(msLeft([{ questions: 2, tookMs: [] }])).toBeNull();
  expect(msLeft([{ questions: 0, tookMs: [] }])).toBe(0);
});
