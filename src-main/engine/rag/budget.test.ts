import { describe, expect, it } from "vitest";
import { answerRoom, divideContext, fitItems } from "./budget.ts";

describe("G9: the budget", () => {
  it.each([
    [8192, 60, 20, 192, 1200],
    [512, 60, 20, 192, 1200],
    [2048, 400, 600, 192, 4000],
  ])(
    "of %i tokens is never more than the context",
    (contextTokens, system, question, answer, limit) => {
      const budget = divideContext({
        contextTokens,
        system,
        question,
        answer,
        evidenceLimit: limit,
      });
      const { system: s, history, evidence, question: q, answer: a } = budget;
      expect(s + history + evidence + q + a).toBeLessThanOrEqual(contextTokens);
      expect(evidence).toBeLessThanOrEqual(limit);
      expect(a).toBe(answerRoom(contextTokens, answer));
    },
  );

  it("is refused where no passage fits, with what to do", () => {
    const request = { contextTokens: 512, system: 100, question: 300, answer: 192 };
    expect(() => divideContext({ ...request, evidenceLimit: 1200 })).toThrow(
      expect.objectContaining({
        code: "context-full",
        suggestion: expect.stringMatching(/Shorten/),
      }),
    );
  });

  it("takes what fits, in order, and names the rest", () => {
    const items = [5, 20, 4, 3];
    const { fitting, left, tokens } = fitItems(items, (item) => item, 12);
    expect({ fitting, left, tokens }).toEqual({ fitting: [5, 4, 3], left: [20], tokens: 12 });
  });
});
