import { describe, expect, it } from "vitest";
import { articleText, toArticles } from "./articles.ts";
import { HeldParagraphs } from "./heldParagraphs.ts";
import { articleHtml, layouts } from "./layouts.ts";

const documents = [
  { id: "a0", title: "Tides", text: "The tide comes in twice a day at the harbour of Brenn." },
  { id: "a1", title: "Tides", text: "A ledger of every vessel is kept by the harbour master < 3." },
  { id: "b0", title: "", text: "One." },
  { id: "c0", title: "", text: "Two." },
];

describe("articles", () => {
  it("are what has one title", () => {
    const articles = toArticles({ documents });
    expect(articles.map(({ paragraphs }) => paragraphs.map(({ id }) => id))).toEqual([
      ["a0", "a1"],
      ["b0"],
      ["c0"],
    ]);
    expect(articleText(articles[1]!)).toBe("One.\n");
    expect(articleText(articles[0]!)).toMatch(/^Tides\n\nThe tide .*\n\nA ledger .*\n$/u);
    const html = articleHtml(articles[0]!, layouts["columns"]!);
    expect(html).toContain("<h1>Tides</h1>");
    expect(html).toContain("master &lt; 3.</p>");
  });
});

describe("paragraphs that a passage holds", () => {
  const held = new HeldParagraphs(documents);
  it("are found in one that spans two, and in a part of one", () => {
    expect(held.of(`${documents[0]!.text} ${documents[1]!.text}`)).toEqual(["a0", "a1"]);
    expect(held.of("twice a day, at the HARBOUR of Brenn")).toEqual(["a0"]);
    expect(held.of("One.")).toEqual(["b0"]);
  });

  it("are none where only words are the same", () => {
    expect(
      held.of("The harbour master comes in twice a year and keeps no ledger of the tide."),
    ).toEqual([]);
    expect(held.of("")).toEqual([]);
  });
});
