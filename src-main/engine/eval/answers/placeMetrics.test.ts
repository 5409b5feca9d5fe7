import { describe, expect, it } from "vitest";
import type { EvalCase } from "../../../contract/evals.ts";
import { scoreCitations, type JudgedCitation } from "./citationMetrics.ts";
import { scoreRetrieval, type JudgedPassage } from "./retrievalMetrics.ts";
import { confusion, noScores, summarizeCases } from "./summarizeCases.ts";

const question = {
  goldDocument: "ferry.pdf",
  goldPages: [3],
  goldText: null,
  answers: ["Oda Brandt"],
};

function cited(document: string, page: number | null, quote = "Nothing."): JudgedCitation {
  return { documentId: `id of ${document}`, document, page, quote };
}

describe("citations", () => {
  it("count as right on a right page of the right document", () => {
    const citations = [
      cited("ferry.pdf", 3, "The board is led by Oda Brandt."),
      cited("ferry.pdf", 4),
      cited("orchard.pdf", 3),
      cited("ferry.pdf", 3),
    ];
    expect(scoreCitations(question, citations, false)).toEqual({
      citationPrecision: 0.5,
      citationRecall: 1,
      pageCorrect: 1,
      goldInQuote: 1,
    });
  });

  it("judge the first one by its page, and quotes only where they are from", () => {
    const citations = [cited("orchard.pdf", 3, "Oda Brandt"), cited("ferry.pdf", 3, "Oda Brandts")];
    expect(scoreCitations(question, citations, false)).toEqual({
      citationPrecision: 0.5,
      citationRecall: 1,
      pageCorrect: 0,
      goldInQuote: 0,
    });
  });

  it("recall each of several pages once; a set may know the document by its id", () => {
    const several = { ...question, goldDocument: "id of ferry.pdf", goldPages: [3, 4, 9, 11] };
    const citations = [cited("ferry.pdf", 3), cited("ferry.pdf", 3), cited("ferry.pdf", 9)];
    expect(scoreCitations(several, citations, false).citationRecall).toBe(0.5);
  });

  it("take the document where no page is known, and the gold text before the answer", () => {
    const loose = { ...question, goldPages: [], goldText: "led by a woman" };
    const found = scoreCitations(loose, [cited("ferry.pdf", null, "It is led by a woman.")], false);
    expect(found).toMatchObject({ citationRecall: 1, pageCorrect: 1, goldInQuote: 1 });
    expect(scoreCitations(loose, [cited("x.pdf", null)], false).citationRecall).toBe(0);
  });

  it("are missing or not judged", () => {
    expect(scoreCitations(question, [], false)).toMatchObject({
      citationPrecision: null,
      citationRecall: 0,
      pageCorrect: 0,
    });
    expect(scoreCitations(question, [], true).pageCorrect).toBeNull();
    const nowhere = { ...question, goldDocument: null };
    expect(scoreCitations(nowhere, [cited("ferry.pdf", 3)], false).pageCorrect).toBeNull();
  });
});

describe("retrieval", () => {
  const passage = (document: string, ...pages: number[]): JudgedPassage => ({
    documentId: `id of ${document}`,
    document,
    pages,
  });

  it("ranks pages by their best passage", () => {
    const ranked = [
      passage("a", 1),
      passage("a", 1),
      passage("ferry.pdf", 2),
      passage("ferry.pdf", 3),
    ];
    // Third of the pages: 1/3, and 1/log2(4) of an ideal 1.
    expect(scoreRetrieval(question, ranked)).toEqual({
      recallAt1: 0,
      recallAt5: 1,
      recallAt10: 1,
      mrrAt10: 1 / 3,
      ndcgAt10: 0.5,
    });
  });

  it("finds a page in a passage that begins on the one before", () => {
    expect(scoreRetrieval(question, [passage("ferry.pdf", 2, 3)]).recallAt1).toBe(1);
  });

  it("ranks documents where no page is known", () => {
    const found = scoreRetrieval({ goldDocument: "id of b", goldPages: [] }, [
      passage("a"),
      passage("a", 2),
      passage("b", 7),
    ]);
    expect(found).toMatchObject({ recallAt1: 0, mrrAt10: 0.5 });
    expect(scoreRetrieval({ goldDocument: null, goldPages: [] }, [])).toMatchObject({
      recallAt5: null,
    });
  });
});

describe("the numbers of one way of answering", () => {
  const one = (fields: Partial<EvalCase>): EvalCase => ({
    arm: 0,
    index: 0,
    question: "?",
    expected: [],
    answerable: true,
    predicted: "",
    abstained: false,
    sentences: [],
    citations: [],
    ms: 1,
    scores: noScores,
    ...fields,
  });
  const said = (...support: ("supported" | "partly" | "unsupported")[]): EvalCase["sentences"] =>
    support.map((value) => ({ text: "x", support: value }));

  it("are means over what they apply to; faithfulness is over all sentences", () => {
    const numbers = summarizeCases([
      one({ scores: { ...noScores, f1: 1 }, sentences: said("supported"), ms: 30 }),
      one({ scores: { ...noScores, f1: 0.5 }, sentences: said("partly", "unsupported"), ms: 10 }),
      one({ answerable: false, abstained: true, ms: 20 }),
    ]);
    expect(numbers).toMatchObject({
      done: 3,
      scores: { f1: 0.75, exactMatch: null, faithfulness: 1 / 3 },
      sentences: 3,
      medianMs: 20,
    });
    expect(summarizeCases([])).toMatchObject({ done: 0, medianMs: 0, scores: noScores });
  });

  it("tell whoever should be answered from whoever was", () => {
    const cases = [
      [true, false],
      [true, false],
      [true, true],
      [false, false],
      [false, true],
      [false, true],
      [false, true],
    ].map(([answerable, abstained]) => ({ answerable: answerable!, abstained: abstained! }));
    expect(confusion(cases)).toEqual({
      answered: 2,
      wronglyDeclined: 1,
      wronglyAnswered: 1,
      declined: 3,
    });
  });
});
