import { describe, expect, it } from "vitest";
import { plainCopy, plainQuote, quoteInMessage } from "./selectionText.ts";

describe("selected text", () => {
  it("is copied with its lines and without drawing signs", () => {
    expect(plainCopy("An e\uFB03cient\u00AD  way  \nto \uFB01nd\0 it\n\n\n\nhere")).toBe(
      "An efficient way\nto find it\n\nhere",
    );
  });

  it("is quoted on one line with parted words made whole", () => {
    expect(plainQuote("  The har-\nbour \n of the\nNorth-\nSea coast ")).toBe(
      "The harbour of the North- Sea coast",
    );
  });

  it("is cut after a word where it is too long to quote", () => {
    const quote = plainQuote("harbour ".repeat(1000));
    expect(quote.length).toBeLessThanOrEqual(2001);
    expect(quote.endsWith("harbour…")).toBe(true);
    expect(plainQuote("x".repeat(3000))).toHaveLength(2001);
  });

  it("goes before what was written", () => {
    expect(quoteInMessage("Why?", "It leaks.", "boats.pdf, p. 3")).toBe(
      "> It leaks.\n> (boats.pdf, p. 3)\n\nWhy?",
    );
  });
});
