import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { apiExample, publicModelName } from "./apiExamples.ts";
import { describeUse } from "./describeUse.ts";

const parts = { url: "http://127.0.0.1:4327/v1", model: 'It\'s "a" model', key: "hearth-abc" };

describe("examples", () => {
  it("are what a shell takes for one request", () => {
    const { code } = apiExample("curl", parts);
    // A shell that has a function for curl says what arrived, one argument a line.
    const script = `curl() { printf '%s\\n' "$@"; }\n${code}`;
    const told = execFileSync("sh", ["-c", script], { encoding: "utf8" }).trimEnd().split("\n");
    expect(told.slice(0, 3)).toEqual([
      "http://127.0.0.1:4327/v1/chat/completions",
      "-H",
      "Authorization: Bearer hearth-abc",
    ]);
    expect(JSON.parse(told.at(-1) ?? "")).toEqual({
      model: parts.model,
      messages: [{ role: "user", content: "Hello" }],
    });
  });

  it.each(["python", "javascript"] as const)("name address, key and model in %s", (language) => {
    const { code } = apiExample(language, parts);
    for (const value of Object.values(parts)) expect(code).toContain(JSON.stringify(value));
  });

  it("name a model as the API does", () => {
    expect(publicModelName("small.Q4_1.GGUF")).toBe("small.Q4_1");
  });
});

describe("describeUse", () => {
  const now = new Date(2026, 10, 24, 15, 0);
  it.each([
    [new Date(2026, 10, 24, 9, 5), /^today at 0?9:05/],
    [new Date(2026, 10, 23, 9, 5), /^yesterday$/],
    [new Date(2026, 10, 21, 9, 5), /^on Saturday$/],
    [new Date(2025, 2, 12), /^on March 12, 2025$/],
  ])("%s", (date, words) => {
    expect(describeUse(date.getTime(), "en", now)).toMatch(words);
  });
});
