import { describe, expect, it } from "vitest";
import { namesIn } from "./names.ts";
import { questionForm } from "./questionForm.ts";
import { isTurnedRound, ownsInstead, speaksOfAnother } from "./roles.ts";
import { stemSet } from "./terms.ts";

describe("who does what to whom", () => {
  it.each([
    ["Tarrow beat Kessary in the cup.", "Kessary beat Tarrow in the cup."],
    ["Hollin Works bought Orve Mills.", "Hollin Works was bought by Orve Mills."],
    ["The Hollin Works were bought by Orve Mills.", "Hollin Works bought Orve Mills."],
    ["The well was dug by Anna Holt.", "The well was dug by Peter Lind."],
    [
      "Die Firma Orve kaufte die Firma Hollin.",
      "Die Firma Orve wurde von der Firma Hollin gekauft.",
    ],
  ])("%s is not: %s", (clause, home) => {
    expect(isTurnedRound(clause, home)).toBe(true);
    expect(isTurnedRound(home, clause)).toBe(true);
    expect(isTurnedRound(clause, clause)).toBe(false);
  });

  it.each([
    ["Hollin Works bought Orve Mills.", "Orve Mills was bought by Hollin Works."],
    ["The well was dug by Anna Holt.", "Anna Holt dug the well."],
    ["The mill was built by 1954.", "The mill was built by Anna Holt."],
    [
      "Die Firma Orve kaufte die Firma Hollin.",
      "Die Firma Hollin wurde von der Firma Orve gekauft.",
    ],
    // In German what is done to somebody may stand first.
    ["Den Brunnen grub Anna Holt.", "Anna Holt grub den Brunnen."],
  ])("%s may well be: %s", (clause, home) => {
    expect(isTurnedRound(clause, home)).toBe(false);
    expect(isTurnedRound(home, clause)).toBe(false);
  });

  it("whose it is, and who it is", () => {
    const of = "The aunt of Anna Holt was Ida Lind.";
    expect(ownsInstead("Anna Holt was the aunt of Ida Lind.", "Her aunt was Ida Lind.")).toBe(true);
    expect(ownsInstead("Anna Holt was the aunt of Ida Lind.", of)).toBe(true);
    expect(ownsInstead("Ida Lind was the aunt of Anna Holt.", of)).toBe(false);
    expect(ownsInstead("Ida Lind was an aunt.", of)).toBe(false);
  });
});

describe("speaksOfAnother", () => {
  const evidence = [
    "The port of Tarrow is closed in May.",
    "Ships go to Kessary instead, and to the Upper Lind Mill.",
    "Kessary has a museum.",
    "The Lower Lind Mill grinds rye.",
  ];
  const speaks = (clause: string, at: number): boolean => {
    const text = evidence[at] ?? "";
    return speaksOfAnother(clause, { text, stems: stemSet(text) }, namesIn(evidence));
  };

  it("where a name of the evidence stands at the place of another", () => {
    expect(speaks("The port of Kessary is closed in May.", 0)).toBe(true);
    expect(speaks("Tarrow has a museum.", 2)).toBe(true);
    expect(speaks("The Upper Lind Mill grinds rye.", 3)).toBe(true);
  });

  it("but not where it is the same, or is called otherwise", () => {
    expect(speaks("The port of Tarrow is closed in May.", 0)).toBe(false);
    expect(speaks("The town has a museum.", 2)).toBe(false);
    expect(speaks("Rye is ground in the Lower Lind Mill.", 3)).toBe(false);
  });
});

describe("questionForm", () => {
  it.each([
    ["Who founded the mill?", "subject", null, false],
    ["What did the mill grind?", "object", null, false],
    ["Which grain is ground there?", "being", "grain", false],
    ["Where does the road end?", "object", null, true],
    ["Welche Farbe hat die Mühle?", "being", "farb", false],
    ["Name the mill.", "other", null, false],
  ])("%s", (question, order, focus, asksWhere) => {
    expect(questionForm(question)).toMatchObject({ order, focus, asksWhere });
  });

  it("knows who asks what something is called", () => {
    expect(questionForm("What is the mill called?").asksName).toBe(true);
    expect(questionForm("Wie heißt die Mühle?").asksName).toBe(true);
    expect(questionForm("What does the mill grind?").asksName).toBe(false);
  });
});
