import { describe, expect, it } from "vitest";
import { standalone, type Turn } from "./standalone.ts";

const turn = (question: string, answer = ""): Turn => ({ question, answer });

describe("G2: a follow-up is made to stand alone in code", () => {
  it.each([
    ["What was the revenue in 2020?", "And in 2021?", "What was the revenue in 2021?"],
    ["How many passengers came in 2020?", "and 2019?", "How many passengers came in 2019?"],
    ["What is the capital of France?", "And of Germany?", "What is the capital of Germany?"],
    [
      "What was the rainfall in Bergen in 2019?",
      "What about in 2021?",
      "What was the rainfall in Bergen in 2021?",
    ],
    ["What is the capital of France?", "And Germany?", "What is the capital of Germany?"],
    ["What does Norvik Marine sell?", "What about Helder Yachts?", "What does Helder Yachts sell?"],
    ["Wie hoch war der Umsatz im Jahr 2020?", "Und 2021?", "Wie hoch war der Umsatz im Jahr 2021?"],
    ["Was kostet die Fahrt für Kinder?", "Und für Hunde?", "Was kostet die Fahrt für Hunde?"],
  ])("after “%s”, “%s” is “%s”", (before, question, text) => {
    expect(standalone(question, [turn(before)])).toEqual({ text, changed: true });
  });

  it.each([
    ["Where does the Skerrow ferry dock?", "How long does it take?", ["Skerrow", "ferry"]],
    ["Who leads the Quillback orchard?", "When was she born?", ["Quillback", "orchard"]],
    ["How is the Tidewater quay built?", "Why?", ["Tidewater", "quay"]],
    ["What does the captain earn?", "What about the deckhands?", ["captain", "earn"]],
    ["Wer leitet die Reederei Möwe?", "Seit wann leitet er sie?", ["Reederei", "Möwe"]],
    ["Wann fährt die Fähre nach Sylt?", "Wie lange dauert das?", ["Fähre", "Sylt"]],
  ])("after “%s”, “%s” carries over %j", (before, question, words) => {
    const made = standalone(question, [turn(before)]);
    expect(made.changed).toBe(true);
    expect(made.text.startsWith(question)).toBe(true);
    for (const word of words) expect(made.text).toContain(word);
  });

  it("takes a name from the answer where the question before has none", () => {
    const made = standalone("When was she born?", [
      turn("Who leads the orchard?", "The orchard is led by Mara Quill since spring."),
    ]);
    expect(made.text).toContain("Quill");
  });

  it("looks further back where the turn before has nothing", () => {
    const made = standalone("Why is that?", [turn("Which apples keep longest?"), turn("Why?")]);
    expect(made.text).toContain("apples");
  });

  it.each([
    "How many sheep live on the island of Foula?",
    "Is there a ferry to Foula on Sundays?",
    "Gibt es sonntags eine Fähre nach Sylt?",
    "Which rule says that dogs must be kept on a lead?",
  ])("leaves “%s” as it is", (question) => {
    expect(standalone(question, [turn("What was the revenue in 2020?")])).toEqual({
      text: question,
      changed: false,
    });
  });

  it("changes nothing without a conversation", () => {
    expect(standalone("And in 2021?", [])).toEqual({ text: "And in 2021?", changed: false });
  });
});
