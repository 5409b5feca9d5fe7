import { describe, expect, it } from "vitest";
import { rewriteQuery } from "./rewriteQuery.ts";
import { afterGrading } from "./buildGraph.ts";

const question = "What does the ship's master earn?";
const passages = [
  "The captain of the ferry has a yearly wage. The wage of the captain rose.",
  "A wage is paid to every captain on Friday.",
  "Fares are given at the gate.",
];

describe("G4: other queries", () => {
  it("are widened by words that the best passages share, then narrowed to what says most", () => {
    const first = rewriteQuery(question, passages, [question])!;
    expect(first.startsWith(`${question} `)).toBe(true);
    expect(first).toContain("captain");
    expect(first).toContain("wage");
    expect(first).not.toContain("gate");
    const second = rewriteQuery(question, passages, [question, first])!;
    expect(question).toContain(second.split(" ")[0]);
    expect(second.length).toBeLessThan(question.length);
    expect(rewriteQuery(question, passages, [question, first, second])).toBeNull();
  });

  it("are not made of one passage's own words, nor of a question of one word", () => {
    expect(rewriteQuery("Herring?", [passages[0]!], ["Herring?"])).toBeNull();
  });

  it("are tried twice at most, and not where nothing was found", () => {
    const found = [{ chunkId: "c", score: 1, explain: { contributions: [] }, byQuery: 0 }];
    const weak = { evidence: { strength: 0.1, sentences: [] }, threshold: 0.5, found } as never;
    const after = (strengths: number[]): string =>
      afterGrading(Object.assign({}, weak, { strengths }));
    expect(after([0.1])).toBe("rewrite");
    expect(after([0.1, 0.1])).toBe("rewrite");
    expect(after([0.1, 0.1, 0.1])).toBe("decline");
    expect(afterGrading(Object.assign({}, weak, { strengths: [0.1], found: [] }))).toBe("decline");
  });
});
