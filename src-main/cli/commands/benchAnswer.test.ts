import { describe, expect, it } from "vitest";
import { quantile } from "./benchAnswer.ts";
import { benchSection } from "./benchAnswerTexts.ts";

describe("benchSection", () => {
  it("is the same in every run, of a place of its own, and answers its question", () => {
    const sections = Array.from({ length: 2_000 }, (_, at) => benchSection(at));
    expect(benchSection(7)).toEqual(sections[7]);
    expect(new Set(sections.map(({ text }) => text.split("\n")[0])).size).toBe(2_000);
    for (const { text, question } of sections) {
      const place = /of (\p{Lu}\p{L}+)/u.exec(question)?.[1] ?? "none";
      expect(text).toContain(`of ${place}`);
    }
  });
});

describe("quantile", () => {
  it("takes the value that so many are not above", () => {
    const values = Array.from({ length: 40 }, (_, at) => at + 1);
    expect([0.5, 0.95, 1].map((share) => quantile(values, share))).toEqual([21, 39, 40]);
    expect(quantile([], 0.5)).toBe(0);
  });
});
