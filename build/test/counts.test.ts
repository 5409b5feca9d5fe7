import { describe, expect, it } from "vitest";
import { judge, noCounts, reasonOf, remarks, summary, type Counts } from "./counts.ts";

const counts = (passed: number, failed: number, skipped = 0): Counts => ({
  ...noCounts(),
  passed,
  failed,
  skipped: Array.from({ length: skipped }, (_, at) => ({ name: `test ${at}`, reason: "none" })),
});

describe("judge", () => {
  it.each([
    ["a gate without a reporter that ends well", 0, undefined, counts(1, 0)],
    ["a gate without a reporter that ends badly", 1, undefined, counts(0, 1)],
    ["a runner that wrote nothing, though it ended well", 0, null, counts(0, 1)],
    ["a runner that was killed", 128, null, counts(0, 1)],
    ["passed tests", 0, counts(3, 0), counts(3, 0)],
    ["failed tests", 1, counts(3, 2), counts(3, 2)],
    ["a crash after all tests passed", 1, counts(3, 0), counts(3, 1)],
    ["no tests at all", 0, counts(0, 0), counts(0, 1)],
    ["nothing but skipped tests", 0, counts(0, 0, 4), counts(0, 1, 4)],
  ])("%s", (_, code, given, expected) => {
    expect(judge(code, given)).toEqual(expected);
  });
});

describe("summary", () => {
  it("adds up", () => {
    expect(summary([counts(1, 0), counts(200, 2, 3), counts(4, 1, 1)])).toBe(
      "205 passed, 3 failed, 4 skipped",
    );
  });
});

describe("remarks", () => {
  it("names what was skipped, flaky and failed, the failed last", () => {
    const named = (name: string): { name: string; reason: string }[] => [{ name, reason: "why" }];
    const gates = [
      { ...counts(1, 1), failures: named("a") },
      { ...counts(1, 0), flaky: named("b"), skipped: named("c") },
    ];
    expect(remarks(gates)).toEqual([
      "skipped: c (why)",
      "flaky, passed when tried again: b (why)",
      "FAILED: a (why)",
    ]);
  });
});

describe("reasonOf", () => {
  it("puts the first lines on one, without colours", () => {
    expect(reasonOf("\u001B[31mNo window\u001B[39m\n\n  after 3 s\n")).toBe(
      "No window · after 3 s",
    );
    expect(reasonOf(undefined)).toBe("no reason given");
    expect(reasonOf("x".repeat(5000))).toHaveLength(600);
  });
});
