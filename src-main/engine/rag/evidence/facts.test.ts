import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasAddition } from "./additions.ts";
import { isClaimless } from "./claimless.ts";
import { clausesOf } from "./clauses.ts";
import { factsIn, isSaid } from "./facts.ts";
import { missingNames } from "./names.ts";
import { areOpposed, denies } from "./polarity.ts";
import { stemSet } from "./terms.ts";

/** Whether everything that the first text counts and dates is in the second. */
function says(wanted: string, known: string): boolean {
  const facts = factsIn(known);
  return factsIn(wanted).every((fact) => isSaid(fact, facts));
}

describe("numbers and dates", () => {
  it.each([
    ["12,450.80 crowns", "12.450,80 Kronen"],
    ["12450 people", "12,450 people"],
    ["7,50 euros", "7.50 €"],
    ["1.2 million people", "1,200,000 people"],
    ["seven years", "7 years"],
    ["elf Tagen", "11 Tage"],
    ["8 percent", "8%"],
    ["31 m", "31 metres"],
    ["3 May 1931", "May 3, 1931"],
    ["3. Mai 1931", "03.05.1931"],
    ["on the 3rd of May", "3 May 1931"],
    ["1931", "3 May 1931"],
    ["May 1931", "1931-05-03"],
    ["30. September", "bis zum 30.9. schriftlich"],
  ])("%s is said by %s", (wanted, known) => {
    expect(factsIn(wanted)).toHaveLength(1);
    expect(says(wanted, known)).toBe(true);
  });

  it.each([
    ["1986", "1968"],
    ["42 hours", "42 minutes"],
    ["35 Prozent", "3,5 Prozent"],
    ["3 May 1931", "3 June 1931"],
    ["3 May 1931", "1931"],
    ["5 March", "March 2019"],
    ["12,450", "12.45.0"],
    ["two", "3"],
  ])("%s is not said by %s", (wanted, known) => {
    expect(says(wanted, known)).toBe(false);
  });

  it("finds each once, at its place, whatever the text", () => {
    expect(factsIn("You may march on.")).toEqual([]);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        let end = 0;
        for (const fact of factsIn(text)) {
          expect(fact.start).toBeGreaterThanOrEqual(end);
          expect(fact.end).toBeGreaterThan(fact.start);
          ({ end } = fact);
        }
      }),
    );
  });
});

describe("names", () => {
  it.each([
    ["It was opened by Mayor Jonas Voss.", "Mayor Hanna Voss opened it.", ["Jonas"]],
    ["Edda Brannick founded it.", "Oda Brannick founded it.", ["Edda"]],
    ["Most of it went to Denmark.", "Most of it went to Norway.", ["Denmark"]],
    ["Die Kasse führt Ilse Brandau.", "Die Kasse wird von Ilse Brandau geführt.", []],
    ["Die Kasse führt Ilse Brandt.", "Die Kasse wird von Ilse Brandau geführt.", ["Brandt"]],
    ["Der Verein hat seinen Sitz in Harnau.", "Der Verein hat seinen Sitz in Tolvey.", ["Harnau"]],
    // A noun is no name, though it has a capital.
    ["Der Vorstand hat die Rechnung bezahlt.", "Er hat sie beglichen.", []],
  ])("%s beside %s", (sentence, known, missing) => {
    expect(missingNames(sentence, stemSet(known)).map(({ text }) => text)).toEqual(missing);
  });
});

describe("what a sentence claims", () => {
  it.each([
    "I hope this helps!",
    "Let me know if you have any other questions.",
    "Ich hoffe, das hilft Ihnen weiter.",
    "Here is what I found:",
    "Yes.",
  ])("nothing: %s", (sentence) => expect(isClaimless(sentence)).toBe(true));

  it.each([
    "The letter says: I hope this helps.",
    "Yes, the harbour is closed.",
    "Hope was the name of the ship.",
  ])("something: %s", (sentence) => expect(isClaimless(sentence)).toBe(false));

  it("is told clause by clause; a date or a short phrase is not cut", () => {
    const texts = (sentence: string) => clausesOf(sentence).map(({ text }) => text);
    expect(
      texts("The bridge crosses the river at Tarrow, and its toll was raised in 1954."),
    ).toEqual(["The bridge crosses the river at Tarrow", "its toll was raised in 1954."]);
    expect(texts("Oda Brannick, a teacher, founded it on May 3, 1931.")).toHaveLength(1);
  });

  it("is denied, or the contrary", () => {
    expect(denies("It did not open.")).toBe(true);
    expect(denies("It didn't open.")).toBe(true);
    expect(denies("Not only the bridge opened.")).toBe(false);
    expect(denies("Die Bahn wurde nie verboten.")).toBe(false);
    expect(areOpposed("Exports rose.", "Exports fell.")).toBe(true);
    expect(areOpposed("They rose and fell.", "They fell.")).toBe(false);
  });

  it("has an addition where a circumstance or a member of a list is in no evidence", () => {
    const known = stemSet(
      "The landlord returns the deposit within six weeks to tenants in Tolvey.",
    );
    expect(hasAddition("The landlord returns the deposit with interest.", known)).toBe(true);
    expect(hasAddition("The landlord and the broker return the deposit.", known)).toBe(true);
    expect(hasAddition("According to the contract, the landlord returns the deposit.", known)).toBe(
      false,
    );
    expect(hasAddition("The owner gives the deposit back.", known)).toBe(false);
  });
});
