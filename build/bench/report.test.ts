import { expect, it } from "vitest";
import { formatReach, formatReport, type ComparisonReport } from "./report.ts";

const report: ComparisonReport = {
  machine: { cpu: "Test CPU", threads: 2, loadAverage: 0.456 },
  bundle: "0123456789abcdef",
  chatModel: "chat.gguf",
  embeddingModel: "embed.gguf",
  variants: { ours: ["haswell"], theirs: [] },
  rows: [
    {
      key: "decode",
      name: "decode",
      unit: "tokens/s",
      reach: { kind: "at-least", value: 0.95 },
      ratio: { median: 0.9666, low: 0.8212, high: 1.1, n: 8 },
      verdict: "reached",
      pairs: [{ ours: 116, theirs: 120 }],
      ours: 116.4,
      theirs: 12.04,
      notes: "",
    },
  ],
  failed: [{ key: "http", name: "over HTTP", error: "No server." }],
};

it("shows a row with its median, range and both sides, in columns of equal width", () => {
  const lines = formatReport(report).split("\n");
  expect(lines[0]).toBe("Test CPU, 2 threads, load before 0.46");
  expect(lines[1]).toBe("Library variant: ours haswell, theirs not seen");
  const [head, rule, row] = lines.slice(3, 6);
  expect(row).toContain("| 0.967 [0.821–1.100] n=8 | reached | 116 tokens/s | 12.0 tokens/s |");
  expect(rule).toMatch(/^\| -{6} \| /u);
  expect(new Set([head?.length, rule?.length, row?.length]).size).toBe(1);
});

it("names what could not be measured", () => {
  expect(formatReport(report)).toContain("Not measured: over HTTP: No server.");
});

it.each([
  [{ kind: "at-least", value: 0.97 }, "≥ 0.97"],
  [{ kind: "at-most", value: 0.1 }, "≤ 0.1"],
  [{ kind: "within", value: 0.03, of: "decode" }, "within 0.03 of decode"],
] as const)("writes the reach %j as %s", (reach, expected) => {
  expect(formatReach(reach)).toBe(expected);
});
