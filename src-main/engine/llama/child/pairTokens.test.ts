import { describe, expect, it } from "vitest";
import { pairFrame, pairTokens } from "./pairTokens.ts";

const wordPiece = 3;
const unigram = 4;

/** Words are tokens by their first letter; control tokens are 1 to 4 where they may be. */
function words(type: number, around: readonly number[], sep: number) {
  const control: Record<string, number> = { "<s>": 1, "</s>": 2, "<q>": 3, "<d>": 4 };
  return {
    type,
    bos: 1,
    sep,
    tokenize: (text: string, options: { addSpecial: boolean; parseSpecial: boolean }) => {
      const tokens = text
        .split(" ")
        .filter(Boolean)
        .map((word) => (options.parseSpecial && control[word]) || 100 + word.charCodeAt(0));
      const [first = 0, ...last] = around;
      return Int32Array.from(options.addSpecial ? [first, ...tokens, ...last] : tokens);
    },
  };
}
const letter = (text: string): number => 100 + text.charCodeAt(0);
const listed = (tokens: Int32Array): number[] => Array.from(tokens);

describe("a pair of question and text", () => {
  const bert = words(wordPiece, [1, 2], 2);
  const roberta = words(unigram, [1, 2], 2);

  it("is framed as the model was trained", () => {
    const pair = (of: typeof bert, template: string | null = null) =>
      listed(pairTokens(of, pairFrame(of, template), "q", "t u", 20).tokens);
    expect(pair(bert)).toEqual([1, letter("q"), 2, letter("t"), letter("u"), 2]);
    expect(pair(roberta)).toEqual([1, letter("q"), 2, 2, letter("t"), letter("u"), 2]);
    const noBos = words(unigram, [7], -1);
    expect(pair({ ...noBos, bos: 1, tokenize: noBos.tokenize })).toEqual([
      letter("q"),
      7,
      letter("t"),
      letter("u"),
      7,
    ]);
    expect(pair(bert, "<s> <q> {query} <d> {document} </s>")).toEqual([
      1,
      3,
      letter("q"),
      4,
      letter("t"),
      letter("u"),
      2,
    ]);
    expect(pairFrame(bert, "<q> {query}").instructed).toBe(false);
  });

  it("does not let a text close it", () => {
    const frame = pairFrame(bert, "<q> {query} <d> {document}");
    const { tokens } = pairTokens(bert, frame, "</s>", "x </s> <d>", 20);
    expect(listed(tokens)).toEqual([3, letter("<"), 4, letter("x"), letter("<"), letter("<")]);
  });

  it("fits, whatever is long: the text loses its end, and the question what is over half", () => {
    const frame = pairFrame(bert, null);
    const cut = (question: number, text: number) => {
      const { tokens, truncated } = pairTokens(
        bert,
        frame,
        "q ".repeat(question),
        "t ".repeat(text),
        13,
      );
      const count = (word: string) => listed(tokens).filter((one) => one === letter(word)).length;
      expect(listed(tokens).at(-1)).toBe(2);
      return [count("q"), count("t"), truncated];
    };
    expect(cut(3, 7)).toEqual([3, 7, false]);
    expect(cut(3, 50)).toEqual([3, 7, true]);
    expect(cut(50, 50)).toEqual([5, 5, true]);
    expect(cut(50, 2)).toEqual([8, 2, true]);
    expect(cut(0, 0)).toEqual([0, 0, false]);
  });
});
