import { describe, expect, it } from "vitest";
import { highlightTerms } from "./highlightTerms.ts";

const shown = (query: string, text: string): string[] =>
  highlightTerms(query)(text).map(({ start, end }) => text.slice(start, end));

describe("highlightTerms", () => {
  it("marks words and their forms, and no word that only joins others", () => {
    const text = "The lamps were replaced on 3 March; the replacement of the old lamp took a day.";
    expect(shown("When was the lamp replaced?", text)).toEqual([
      "lamps",
      "replaced",
      "replacement",
      "lamp",
    ]);
  });

  it("marks words of scripts without spaces, each place once", () => {
    expect(shown("東京", "私は東京都に行く。東京は大きい。")).toEqual(["東京", "東京"]);
  });

  it("marks nothing where only the meaning is alike", () => {
    expect(shown("vessel", "The ship sank.")).toEqual([]);
  });
});
