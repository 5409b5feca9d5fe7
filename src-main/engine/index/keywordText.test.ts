import { describe, expect, it } from "vitest";
import { keywordText } from "./keywordText.ts";

describe("keywordText", () => {
  it("says headings twice and sentences once", () => {
    const text = "Wings\n\nA wing lifts. It is thin.\n\nTails";
    const sentence = { start: text.indexOf("A wing"), end: text.indexOf(" It is") };
    const next = { start: text.indexOf("It is"), end: text.indexOf("\n\nTails") };
    const all = keywordText({ context: "Planes", text, sentences: [sentence, next] });
    const count = (word: string): number => all.split(word).length - 1;
    expect([count("Planes"), count("Wings"), count("Tails")]).toEqual([2, 2, 2]);
    expect([count("A wing lifts."), count("It is thin.")]).toEqual([1, 1]);
  });

  it("adds nothing where there are no headings", () => {
    const text = "One. Two.";
    const sentences = [
      { start: 0, end: 4 },
      { start: 5, end: 9 },
    ];
    expect(keywordText({ context: "", text, sentences })).toBe(text);
  });
});
