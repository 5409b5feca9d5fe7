import { describe, expect, it } from "vitest";
import { hasAddition } from "./additions.ts";
import { stemSet } from "./terms.ts";

describe("hasAddition", () => {
  const stems = stemSet("The harbour museum started with art in 1931.");

  it.each([
    ["The museum started with art and music.", true],
    ["The museum started with art.", false],
    ["The museum started in 1931.", false],
    // Its word stands inside an earlier one, too.
    ["The museum started without lights.", true],
  ])("%s → %s", (sentence, added) => {
    expect(hasAddition(sentence, stems)).toBe(added);
  });
});
