import { describe, expect, it } from "vitest";
import { findQuote } from "./findQuote.ts";

describe("findQuote", () => {
  const text = "First line.\nThe cost (in $) is 4.50\nper unit [net].\nLast.";
  it.each([
    ["The cost (in $) is 4.50 per unit [net].", "The cost (in $) is 4.50\nper unit [net]."],
    ["First   line.", "First line."],
  ])("finds %j over line ends and signs", (quote, expected) => {
    const found = findQuote(text, quote);
    expect(found && text.slice(found.start, found.end)).toBe(expected);
  });

  it.each(["", "  ", "4x50 per", "absent"])("finds nothing for %j", (quote) => {
    expect(findQuote(text, quote)).toBeNull();
  });
});
