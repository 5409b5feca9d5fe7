import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractSpan } from "./extractSpan.ts";

describe("extractSpan", () => {
  it.each([
    [
      "When was the Arlen Bridge opened?",
      "The Arlen Bridge was opened in 1931 by the mayor.",
      "1931",
    ],
    [
      "How far can the lamp be seen?",
      "The lamp can be seen from 19 nautical miles.",
      "19 nautical miles",
    ],
    ["Who opened the bridge?", "It was opened in 1931 by Hanna Voss.", "Hanna Voss"],
    ["How many members does the club have?", "The club has 412 members in three towns.", "412"],
    [
      "What does the seal-oil lamp burn per night?",
      "The seal-oil lamp burns nine litres per night.",
      "nine litres",
    ],
    ["Where was the keeper born?", "The keeper was born in Tolvey.", "Tolvey"],
    ["What is the stone of Tolvey called?", "The stone of Tolvey is called harnite.", "harnite"],
    ["Which stone is cut at Tolvey?", "Tolvey cuts a red stone named harnite.", "harnite"],
    ["Wie heißt der Stein von Tolvey?", "Der Stein von Tolvey wird Harnit genannt.", "Harnit"],
    ["How much is the fare?", "Passengers pay a fare of 12 crowns at the gate.", "12 crowns"],
    ["When did it open?", "It opened in March 1931 with a fair.", "March 1931"],
    ["Wann wurde die Brücke eröffnet?", "Die Brücke wurde am 3. Mai 1931 eröffnet.", "1931"],
    [
      "Wer leitete das Werk Harnau?",
      "Das Werk Harnau wurde von Ilse Brandau geleitet.",
      "Ilse Brandau",
    ],
  ])("%s", (question, sentence, answer) => {
    const span = extractSpan(question, sentence);
    expect(span?.text).toContain(answer);
    expect(span?.text.length).toBeLessThanOrEqual(answer.length + 12);
  });

  it("has no answer in what the question says already, nor in nothing", () => {
    expect(extractSpan("Was the bridge opened?", "The bridge was opened.")).toBeNull();
    expect(extractSpan("Who?", "")).toBeNull();
    expect(extractSpan("", "— …")).toBeNull();
  });

  it("always points at its own words, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (sentence, question) => {
        const span = extractSpan(question, sentence);
        if (!span) return;
        expect(sentence.slice(span.start, span.end)).toBe(span.text);
        expect(span.confidence).toBeGreaterThan(0);
        expect(span.confidence).toBeLessThanOrEqual(1);
      }),
    );
  });
});
