import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitSigns, withoutSigns, withSigns } from "./answerSigns.ts";
import type { AnswerSentence } from "./search.ts";

function sentence(text: string, more: Partial<AnswerSentence> = {}): AnswerSentence {
  return { text, supported: "supported", citations: [], missing: [], claims: true, ...more };
}

describe("signs in an answer", () => {
  it("stand around what the documents do not carry", () => {
    const text = "It is so. [1] It began in 1987. And **more**.";
    const signed = withSigns(text, [
      sentence("It is so.", { citations: [1] }),
      sentence("It began in 1987.", { supported: "partly", missing: ["1987"] }),
      sentence("And **more**.", { supported: "unsupported" }),
    ]);
    expect(splitSigns(signed)).toEqual([
      "It is so. [1] ",
      { kind: "begin", support: "partly" },
      "It began in ",
      { kind: "beginMissing" },
      "1987",
      { kind: "endMissing" },
      ".",
      { kind: "end", support: "partly", missing: ["1987"] },
      " ",
      { kind: "begin", support: "unsupported" },
      "And **more**.",
      { kind: "end", support: "unsupported", missing: [] },
    ]);
    expect(withoutSigns(signed)).toBe(text);
  });

  it("leave marks of lists and headings where they are, and words inside of others", () => {
    const text = "- In 87, not 1987.\n- Two";
    const signed = withSigns(text, [sentence("- In 87, not 1987.", { missing: ["87"] })]);
    expect(signed.startsWith("- \ue000b")).toBe(true);
    expect(splitSigns(signed).filter((part) => part === "87")).toHaveLength(1);
    expect(withoutSigns(signed)).toBe(text);
  });

  it("find a sentence in whatever order the sentences come", () => {
    const text = "First one. Second one.";
    const doubted = { supported: "unsupported" } as const;
    const signed = withSigns(text, [
      sentence("Second one.", doubted),
      sentence("First one.", doubted),
    ]);
    expect(withoutSigns(signed)).toBe(text);
    expect(splitSigns(signed).filter((part) => typeof part !== "string")).toHaveLength(4);
  });

  it("are not lost where the text has other words", () => {
    const signed = withSigns("Text.", [sentence("Elsewhere.", { supported: "unsupported" })]);
    expect(withoutSigns(signed)).toBe("Text.\n\nElsewhere.");
  });

  it("change no text, whatever it holds", () => {
    const word = fc.stringMatching(/^[a-z0-9*_. ([\])$^+-]{1,12}$/u);
    const sentences = fc.array(
      fc.record({
        text: word,
        supported: fc.constantFrom("supported", "partly", "unsupported"),
        citations: fc.constant<number[]>([]),
        missing: fc.array(word, { maxLength: 2 }),
        claims: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(sentences, fc.string(), (list, other) => {
        const plain = other.replaceAll(/[\ue000\ue001]/gu, "");
        const text = list.map((one) => one.text).join(" ") + plain;
        const shown = withoutSigns(withSigns(text, list));
        // Where two sentences overlap, the second is told behind the text.
        expect(shown === text || shown.startsWith(`${text}\n\n`)).toBe(true);
      }),
    );
  });
});
