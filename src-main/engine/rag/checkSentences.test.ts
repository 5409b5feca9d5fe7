import { describe, expect, it } from "vitest";
import { saidSentences } from "./checkSentences.ts";

describe("saidSentences", () => {
  it("keeps whole sentences, and the only one also where it was cut off", () => {
    expect(saidSentences("It opened in 1931. The mayor came. He sp")).toEqual([
      "It opened in 1931.",
      "The mayor came.",
    ]);
    expect(saidSentences("It opened in 1931 by the may")).toEqual(["It opened in 1931 by the may"]);
  });

  it("leaves out a colon behind which nothing comes", () => {
    expect(saidSentences("The answer is:")).toEqual([]);
    expect(saidSentences("It opened in 1931. The answer is: The answer is:")).toEqual([
      "It opened in 1931.",
    ]);
  });

  it("says once what was said over and over", () => {
    expect(saidSentences("It opened in May, in May, in May, in May, in May, in")).toEqual([
      "It opened in May,",
    ]);
    expect(saidSentences(`${"The answer is: ".repeat(9)}The`)).toEqual([]);
  });
});
