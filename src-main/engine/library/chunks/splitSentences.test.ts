import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitSentences } from "./splitSentences.ts";

const split = (text: string): string[] =>
  splitSentences(text).map(({ start, end }) => text.slice(start, end));

describe("splitSentences", () => {
  // Sentences are parted by | here and by a blank in the text.
  it.each([
    "One sentence.|Another one!|A third?|Yes.",
    "Dr. Smith met Mr. and Mrs. Jones at 5 p.m. in St. Albans.|They talked.",
    "The value rose by 3.7 % to 12,480.50 in Fig. 3 (cf. Sec. 2.1).|It fell later.",
    "J. R. R. Tolkien and George W. Bush never met.|The end.",
    "See e.g. Table 4, i.e. the one by Reed et al. Nature 12, pp. 3 and 4.|Then stop.",
    "He said “Stop.” and went.|She did not.",
    "“Why?” he asked.|“Because.”|They left.",
    "Visit https://example.com/a?b=c&d=e.html or mail a.b@example.org today.|Thanks.",
    "Wait... there is more.|Or is there?!|No.",
    "The company (Acme Inc.) was sold.|The price is secret.",
    "It was sold to Acme Inc. The price is secret.".replace("Inc. The", "Inc.|The"),
    "Plants, animals etc. are listed.|Stones etc.|The rest follows.",
    "Version 2.4.1 of Node.js runs on x86_64.|Good.",
    "It began on 3 Feb. 1881 and ended on Jan. 4.|Then nothing.",
    "The U.S. Navy and the U.K. agreed.|It held.",
    "これは文です。|次の文です！|終わり。",
    "他说：“你好。”|她走了。",
    "Was kostet z.B. das Brot?|Es kostet ca. 3 Euro.",
    "The set {a, b} (see above.) is small.|Next.",
    "1. Introduction comes first.|It is short.",
  ])("%s", (marked) => {
    const sentences = marked.split("|");
    const joiner = /[。！]/u.test(marked) ? "" : " ";
    expect(split(sentences.join(joiner))).toEqual(sentences);
  });

  it("takes a single line's end for a blank, and an empty line or a list item for an end", () => {
    expect(split("A sentence over\ntwo lines. And\nanother\n\nA title\n\nBody.")).toEqual([
      "A sentence over\ntwo lines.",
      "And\nanother",
      "A title",
      "Body.",
    ]);
    expect(split("Points:\n- first one\n- second one\n2. third\n• fourth")).toEqual([
      "Points:",
      "- first one",
      "- second one",
      "2. third",
      "• fourth",
    ]);
  });

  it("covers all that is not blank, in order, for any text", () => {
    const alphabet = fc.constantFrom(
      "a",
      "B",
      ".",
      "?",
      " ",
      "\n",
      "“",
      ")",
      "3",
      "。",
      "字",
      "e.g.",
      "Dr.",
      "\u0301",
      "😀",
      "- ",
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 80 }), (pieces) => {
        const text = pieces.join("");
        let at = 0;
        for (const { start, end } of splitSentences(text)) {
          expect(text.slice(at, start).trim()).toBe("");
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(text.slice(at).trim()).toBe("");
      }),
    );
  });

  it("is quick on a word of 5 MB and on 1 MB of sentences", () => {
    const started = performance.now();
    expect(splitSentences("x".repeat(5_000_000))).toHaveLength(1);
    expect(splitSentences("This is a sentence. ".repeat(50_000))).toHaveLength(50_000);
    expect(performance.now() - started).toBeLessThan(8000);
  });
});
