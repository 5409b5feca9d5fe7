import { describe, expect, it } from "vitest";
import { agreementOf } from "./agreementOf.ts";
import { holdsAnswer, scoreAnswer } from "./answerMetrics.ts";
import { answerWords } from "./normalizeAnswer.ts";

describe("answers are compared as in SQuAD", () => {
  it.each([
    ["The Panthers'  defense.", ["panthers", "defense"]],
    ["An apple, a pear", ["apple", "pear"]],
    ["1,250 well-known “tests”", ["1250", "wellknown", "tests"]],
    ["$5", ["5"]],
    // German: articles of every case, quotation marks, umlauts and ß stay.
    ["Die „Große Brücke“ des Königs", ["große", "brücke", "königs"]],
    ["Ｆｕｌｌ　ｗｉｄｔｈ", ["full", "width"]],
    // Only articles: they are the answer.
    ["The The", ["the", "the"]],
    ["…", []],
  ])("%s", (text, words) => {
    expect(answerWords(text)).toEqual(words);
  });

  it("exactly, but for case, articles and punctuation", () => {
    expect(scoreAnswer("the Kawann Short!", ["Kawann Short"])).toEqual({
      exactMatch: 1,
      f1: 1,
      contained: 1,
    });
    expect(scoreAnswer("Das Schloß", ["ein Schloß"]).exactMatch).toBe(1);
    expect(scoreAnswer("Schloss Nord", ["Schloss Süd"]).exactMatch).toBe(0);
  });

  it("by words in common", () => {
    // 2 of 5 words are right, and 2 of 3 of the answer are there: 2·(2/5)·(2/3)/(2/5+2/3) = 1/2.
    expect(scoreAnswer("Luke Kuechly made many tackles", ["Luke Kuechly himself"])).toEqual({
      exactMatch: 0,
      f1: 0.5,
      contained: 0,
    });
    // A word that stands once cannot be matched twice: precision 1/2, recall 1.
    expect(scoreAnswer("four four", ["four"]).f1).toBeCloseTo(2 / 3);
    expect(scoreAnswer("four", ["four four"]).f1).toBeCloseTo(2 / 3);
  });

  it("with the best of several right answers", () => {
    const score = scoreAnswer("It is 308 metres.", ["some", "308 metres", "308"]);
    // "it is 308 metres" against "308 metres": precision 2/4, recall 1.
    expect(score.f1).toBeCloseTo(2 / 3);
    expect(score.contained).toBe(1);
    expect(score.exactMatch).toBe(0);
  });

  it("as whole words in a row", () => {
    expect(holdsAnswer("It has 1308 metres.", "308 metres")).toBe(false);
    expect(holdsAnswer("Short, Kawann", "Kawann Short")).toBe(false);
    expect(holdsAnswer("It was Kawann the Short.", "Kawann Short")).toBe(true);
    expect(holdsAnswer("anything", "…")).toBe(false);
  });

  it("and nothing reaches nothing", () => {
    const nothing = { exactMatch: 0, f1: 0, contained: 0 };
    expect(scoreAnswer("", ["x"])).toEqual(nothing);
    expect(scoreAnswer("x", [])).toEqual(nothing);
    expect(scoreAnswer("!", ["!"])).toEqual(nothing);
  });
});

describe("agreement of two judges", () => {
  it("counts, and takes off what chance explains", () => {
    const pairs = [
      ...Array.from({ length: 20 }, () => [true, true] as const),
      ...Array.from({ length: 5 }, () => [true, false] as const),
      ...Array.from({ length: 10 }, () => [false, true] as const),
      ...Array.from({ length: 15 }, () => [false, false] as const),
    ];
    // The usual example: 35 of 50 agree, by chance 0.5·0.6 + 0.5·0.4 = 0.5, so (0.7 − 0.5) / 0.5.
    const { cases, agreed, kappa } = agreementOf(pairs);
    expect({ cases, agreed }).toEqual({ cases: 50, agreed: 35 });
    expect(kappa).toBeCloseTo(0.4);
  });

  it("is worth nothing where both always say the same, or nothing was judged", () => {
    expect(agreementOf([[true, true]]).kappa).toBe(0);
    expect(agreementOf([])).toEqual({ cases: 0, agreed: 0, kappa: 0 });
  });
});
