import { describe, expect, it } from "vitest";
import { receiptSchema, type Receipt } from "../../../../src-main/contract/search.ts";
import { listsOf, stepLines, tokenParts } from "./receiptParts.ts";

const receipt: Receipt = receiptSchema.parse({
  retrieved: 2,
  used: 1,
  promptTokens: 500,
  answerTokens: 40,
  retrieveMs: 1,
  firstTokenMs: 1,
  totalMs: 10,
  model: "m",
  quantization: "q",
  evidence: 0.5,
  threshold: 0.3,
  query: "q",
  tokens: { system: 100, history: 0, evidence: 350, question: 20 },
  budget: {
    contextTokens: 2048,
    system: 120,
    history: 300,
    evidence: 900,
    question: 100,
    answer: 300,
  },
  steps: [
    { name: "retrieve", ms: 2, note: "" },
    { name: "grade", ms: 1, note: "0.20 of 0.30" },
    { name: "retrieve", ms: 4, note: "3 new", tokens: 5 },
  ],
  passages: [
    {
      document: "a",
      page: 1,
      score: 0.5,
      used: true,
      reason: "",
      contributions: [
        { list: "neighbours", rank: 2, raw: 1, contribution: 0.2 },
        { list: "keyword", rank: 1, raw: 9, contribution: 0.3 },
      ],
    },
    { document: "b", page: null, score: 0.1, used: false, reason: "ranked below those used" },
  ],
});

describe("a receipt", () => {
  it("has parts of the prompt that add up to it, and of the context", () => {
    const { prompt, answer, free } = tokenParts(receipt);
    expect(prompt.at(-1)).toEqual({ part: "template", tokens: 30 });
    const sum = prompt.reduce((all, { tokens }) => all + tokens, 0);
    expect(sum).toBe(receipt.promptTokens);
    expect(sum + answer.tokens + (free?.tokens ?? 0)).toBe(2048);
    expect(tokenParts({ ...receipt, budget: null }).free).toBeNull();
  });

  it("joins steps that ran several times", () => {
    expect(stepLines(receipt.steps)).toEqual([
      { name: "retrieve", ms: 6, tokens: 5, times: 2, notes: ["3 new"] },
      { name: "grade", ms: 1, tokens: 0, times: 1, notes: ["0.20 of 0.30"] },
    ]);
  });

  it("lists the ways of searching that found something; older receipts have none", () => {
    expect(listsOf(receipt.passages)).toEqual(["keyword", "neighbours"]);
    expect(listsOf(receipt.passages.slice(1))).toEqual([]);
  });
});
