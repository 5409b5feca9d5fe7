import path from "node:path";
import { describe, expect, it } from "vitest";
import { IgnoreRules, patternFor } from "./IgnoreRules.ts";

const root = path.resolve("/papers");
const at = (...parts: string[]): string => path.join(root, ...parts);

describe("IgnoreRules", () => {
  const rules = new IgnoreRules(
    root,
    ["# a comment", "drafts/", "*.bak.txt", "!keep.bak.txt", "/top.md"],
    [at("home")],
  );

  it.each([
    [at("a.txt"), true],
    [at("deep", "b.pdf"), true],
    [at("top.md"), false],
    [at("deep", "top.md"), true],
    [at("deep", "x.bak.txt"), false],
    [at("keep.bak.txt"), true],
    [at("program.exe"), false],
    [at(".hidden.txt"), false],
  ])("%s is taken: %s", (file, taken) => {
    expect(rules.passesFile(file)).toBe(taken);
  });

  it.each([
    [root, true],
    [at("deep", "deeper"), true],
    [at("deep", "drafts", "old"), false],
    [at("node_modules", "some", "package"), false],
    [at("home", "uploads"), false],
  ])("%s is reached: %s", (folder, reached) => {
    expect(rules.reaches(folder)).toBe(reached);
  });

  it.each([
    [at("deep"), true],
    [at("deep", "drafts"), false],
    [at("node_modules"), false],
    [at(".git"), false],
    [at("home"), false],
  ])("%s is looked into: %s", (folder, taken) => {
    expect(rules.passesFolder(folder)).toBe(taken);
  });
});

describe("patternFor", () => {
  it.each(["a.txt", "#1.txt", "!b.txt", "what? [1] *.txt", "back\\slash.txt", "end.txt "])(
    "passes over %s alone",
    (name) => {
      const file = at("deep", name);
      const rules = new IgnoreRules(root, [patternFor(root, file)]);
      expect(rules.excludes(file)).toBe(true);
      expect(rules.excludes(at("deep", "other.txt"))).toBe(false);
      expect(rules.excludes(at(name))).toBe(false);
    },
  );
});
