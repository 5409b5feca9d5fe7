import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, encodeText } from "./encodeText.ts";
import { hardTexts } from "./fixtures/samples.ts";
import { fold, foldedWords, snippetAround } from "./fold.ts";

const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)),
});

describe("encodeText", () => {
  it("gives any text back, through what SQLite can hold", () => {
    for (const text of hardTexts) expect(decodeText(encodeText(text))).toBe(text);
    fc.assert(
      fc.property(anyText, (text) => {
        const stored = encodeText(text);
        expect(stored.isWellFormed() && !stored.includes("\0")).toBe(true);
        expect(decodeText(stored)).toBe(text);
      }),
    );
  });

  it("leaves common text as it is", () => {
    expect(encodeText('"Ünïcode" 👋')).toBe('"Ünïcode" 👋');
  });
});

describe("fold", () => {
  it.each([
    ["Ångström", "angstrom"],
    ["ＦＵＬＬ", "full"],
    ["ΟΔΟΣ", "οδοσ"],
    ["İstanbul", "istanbul"],
    ["a\0b\ud83d", "a b "],
  ])("%s is %s", (text, folded) => expect(fold(text)).toBe(folded));

  it("splits a query into different words", () => {
    expect(foldedWords("  Café cafe\u3000\n x ")).toEqual(["cafe", "x"]);
  });

  it("cuts a snippet around the word, at whole characters", () => {
    const text = `${"😀".repeat(200)} the Café is here ${"😀".repeat(200)}`;
    const snippet = snippetAround(text, "cafe");
    expect(snippet).toContain("the Café is here");
    expect(snippet.isWellFormed()).toBe(true);
    expect(snippet.startsWith("…") && snippet.endsWith("…")).toBe(true);
    expect(snippetAround("short\ntext", "nowhere")).toBe("short text");
  });

  it("never fails, whatever the text", () => {
    fc.assert(
      fc.property(anyText, fc.string(), (text, word) => {
        snippetAround(text, fold(word));
        expect(fold(text).isWellFormed()).toBe(true);
      }),
    );
  });
});
