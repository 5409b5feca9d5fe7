import { describe, expect, it } from "vitest";
import { goesRound, withoutRepeats, withoutRun } from "./repeats.ts";

describe("withoutRepeats", () => {
  it("keeps the first of sentences that say the same, in order", () => {
    expect(
      withoutRepeats([
        "The lamp was changed in 1904.",
        "It had burned whale oil.",
        "The lamp was changed, in 1904!",
        "It had burned whale oil.",
        "It had burned whale oil and tallow.",
      ]),
    ).toEqual([
      "The lamp was changed in 1904.",
      "It had burned whale oil.",
      "It had burned whale oil and tallow.",
    ]);
  });

  it("tells numbers and letters of any script apart", () => {
    const said = ["The lamp was changed in 1904.", "The lamp was changed in 1905."];
    expect(withoutRepeats(said)).toEqual(said);
    const greek = ["Ο φάρος χτίστηκε νωρίς.", "Ο φάρος χτίστηκε αργά."];
    expect(withoutRepeats([...greek, ...greek])).toEqual(greek);
  });

  it("lets short sentences come again", () => {
    expect(withoutRepeats(["Yes.", "Yes.", "No."])).toEqual(["Yes.", "Yes.", "No."]);
  });
});

describe("goesRound", () => {
  const said = "The lamp was changed in 1904. It had burned whale oil. ";

  it("is true once a whole sentence came again", () => {
    expect(goesRound(said)).toBe(false);
    expect(goesRound(`${said}The lamp was chan`)).toBe(false);
    expect(goesRound(`${said}The lamp was changed in 1904. It`)).toBe(true);
  });

  it("waits for the end of a sentence that only begins alike", () => {
    expect(goesRound(`${said}The lamp was changed in 1904 by Ada Brenn. `)).toBe(false);
  });

  it("is true once the same words came four times in a row", () => {
    const round = "The keeper wrote: the answer is: the answer is: the answer is: ";
    expect(goesRound(round)).toBe(false);
    expect(goesRound(`${round}the answer is: the`)).toBe(true);
    expect(withoutRun(`${round}the answer is: the`)).toBe("The keeper wrote: the answer is:");
  });

  it("lets rows and lists go on", () => {
    const rows = "| 1 | 4 |\n| 2 | 4 |\n| 3 | 4 |\n| 4 | 4 |\n| 5 | 4 |\n";
    expect(goesRound(`${rows}| 6`)).toBe(false);
    expect(goesRound("It was very, very, very, very well made. It")).toBe(false);
    expect(withoutRun(rows)).toBe(rows);
  });
});
