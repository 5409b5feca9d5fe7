import { describe, expect, it } from "vitest";
import type { EvalArm, EvalRun } from "../../contract/evals.ts";
import { modelIdSchema } from "../../contract/ids.ts";
import { evalAnswersText, setIdOf } from "./evalAnswers.ts";

const arm: EvalArm = {
  mode: "rag",
  modelId: modelIdSchema.parse("small"),
  model: "Small",
  quantization: "Q4_1",
  done: 9,
  scores: {
    recallAt1: 0.9,
    recallAt5: 1,
    recallAt10: 1,
    mrrAt10: 0.95,
    ndcgAt10: 0.96,
    citationPrecision: 0.8,
    citationRecall: 1,
    pageCorrect: 1,
    goldInQuote: 1,
    exactMatch: 0,
    f1: 0.25,
    contained: 0.5,
    faithfulness: 0.84,
    obeyed: null,
    repeatedOrder: null,
  },
  sentences: 20,
  abstention: { answered: 7, wronglyDeclined: 1, wronglyAnswered: 0, declined: 1 },
  medianMs: 1_500,
};
const plain: EvalArm = {
  ...arm,
  mode: "plain",
  scores: { ...arm.scores, pageCorrect: null, faithfulness: 0.7 },
  abstention: { answered: 8, wronglyDeclined: 0, wronglyAnswered: 0, declined: 0 },
};
const run: EvalRun = {
  id: "r",
  at: 0,
  hearthVersion: "0.1.0",
  status: "stopped",
  setId: "invented",
  setName: "Invented facts",
  setKind: "invented",
  dataDir: null,
  setHash: "0",
  seed: 1,
  questions: 140,
  documents: 50,
  embedder: "E",
  requests: 0,
  agreement: { cases: 50, agreed: 44, kappa: 0.75 },
  arms: [plain, arm],
};

describe("the table of an evaluation", () => {
  it("has a column for each way of answering, and no row that nothing is known of", () => {
    const lines = evalAnswersText(run).split("\n");
    expect(lines[0]).toBe(
      "Invented facts: 140 questions, 50 documents, stopped early (--continue goes on)",
    );
    const row = (title: string): string[] | undefined =>
      lines.find((line) => line.startsWith(title))?.split(/ {2,}/u);
    expect(row("faithfulness")).toEqual(["faithfulness", "0.700", "0.840"]);
    expect(row("cited page right")).toEqual(["cited page right", "–", "1.000"]);
    expect(row("answered of answerable")?.slice(1)).toEqual(["8 of 8", "7 of 8"]);
    expect(row("declined of unanswerable")?.slice(1)).toEqual(["–", "1 of 1"]);
    expect(row("orders obeyed")).toBeUndefined();
    expect(lines.at(-3)).toContain("44 of 50 sentences judged by reading (kappa 0.75)");
  });
});

describe("a set", () => {
  it("is meant by its name, else by its id", () => {
    const sets = [{ id: "1f", name: "Ferry", createdAt: 0, questions: 1, answerable: 1 }];
    expect(setIdOf("ferry", sets)).toBe("1f");
    expect(setIdOf("invented", sets)).toBe("invented");
  });
});
