import { describe, expect, it } from "vitest";
import { declines } from "./answerPlainly.ts";

describe("a model that does not know", () => {
  it.each([
    "I don't know who leads the board.",
    "I’m sorry, but I cannot answer that.",
    "I am not sure, but it may be Oda Brandt.",
    "There is no known record of such a bridge.",
    "Das weiß ich leider nicht.",
    "Mir liegen dazu keine Informationen vor.",
  ])("says so: %s", (text) => {
    expect(declines(text)).toBe(true);
  });

  it.each([
    "The board is led by Oda Brandt.",
    "Nobody knows who built it; the guild was founded in 1703.",
    "Ich weiß, dass Oda Brandt den Rat leitet.",
    `${"The bridge is long. ".repeat(20)}I don't know more.`,
  ])("has said something else: %s", (text) => {
    expect(declines(text)).toBe(false);
  });
});
