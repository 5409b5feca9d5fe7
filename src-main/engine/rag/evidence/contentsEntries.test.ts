import { describe, expect, it } from "vitest";
import { isContentsEntry, quotableSentences } from "./contentsEntries.ts";

describe("an entry of a table of contents", () => {
  it.each([
    "5.11.5 Source uploads vs others … 52",
    "Introduction . . . . . . . . . . . 7",
    "Preface.....................xii",
    "Haltebolzen … 12, 87–90",
    "Kapitel 3 ············ 45",
  ])("is known: %s", (text) => expect(isContentsEntry(text)).toBe(true));

  it.each([
    "The bolt holds 52",
    "It was made in 1952.",
    "He waited … and then he left.",
    "… 52",
    "And so on... The valve closes at 12 bar.",
    "Version 1.2.3",
  ])("is not seen in other lines: %s", (text) => expect(isContentsEntry(text)).toBe(false));
});

it("is not among the sentences to quote", () => {
  const text = "Valves … 12\nThe valve closes at 12 bar.";
  const sentences = [
    { start: 0, end: 11 },
    { start: 12, end: text.length },
  ];
  expect(quotableSentences({ text, sentences })).toEqual([sentences[1]]);
});
