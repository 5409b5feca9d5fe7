import { describe, expect, it } from "vitest";
import type { DocumentId } from "../../../contract/ids.ts";
import { checkQuestion } from "./makeQuestions.ts";

const first = "The ferry board of Skerrow meets in May. ";
const second = "It is led by Oda Brandt, who has 31 years at sea.";
const passage = {
  text: first + second,
  documentId: "ferry" as DocumentId,
  page: 3,
  parts: [
    { page: 3, start: 0, end: first.length, textStart: 0 },
    { page: 4, start: 0, end: second.length, textStart: first.length },
  ],
  sentences: [
    { start: 0, end: first.length },
    { start: first.length, end: first.length + second.length },
  ],
};

function written(question: string, answer: string): string {
  return `Question: ${question}\nAnswer: ${answer}\n`;
}

describe("a question that a model wrote", () => {
  it("is taken with the passage's own words and the page of the answer", () => {
    expect(
      checkQuestion(written("Who leads the ferry board of Skerrow?", "“oda brandt”."), passage),
    ).toEqual({
      question: "Who leads the ferry board of Skerrow?",
      answers: ["Oda Brandt"],
      goldDocument: "ferry",
      goldPages: [4],
      goldText: null,
      answerable: true,
      order: null,
    });
    const time = checkQuestion(written("When does the Skerrow ferry board meet?", "May"), passage);
    expect(time?.goldPages).toEqual([3]);
    const loose = { ...passage, page: null };
    expect(
      checkQuestion(written("When does the Skerrow ferry board meet?", "May"), loose)?.goldPages,
    ).toEqual([]);
  });

  it.each([
    ["whose answer the passage does not have", "Who leads the Skerrow board?", "Ada Brenn"],
    ["whose answer is part of a word", "Who leads the Skerrow board?", "Brand"],
    ["that gives its answer away", "Does Oda Brandt lead the ferry board?", "Oda Brandt"],
    ["that has nothing to do with the passage", "What is the meaning of life?", "May"],
    ["whose answer is long", "What does the ferry board of Skerrow do?", passage.text],
    ["without an answer", "Who leads the ferry board of Skerrow?", "  "],
  ])("is not taken %s", (_, question, answer) => {
    expect(checkQuestion(written(question, answer), passage)).toBeNull();
  });

  it("is not taken out of other words", () => {
    expect(checkQuestion("The ferry board meets in May.", passage)).toBeNull();
  });
});
