import { expect, it } from "vitest";
import { mergePatterns } from "./mergePatterns.ts";

it.each<[string, string[], string[], string[], string[]]>([
  [
    "takes what is wanted where nothing else happened",
    ["a", "b"],
    ["b", "c"],
    ["a", "b"],
    ["b", "c"],
  ],
  ["keeps what was added meanwhile", ["a"], ["a", "b"], ["a", "/x.md"], ["a", "b", "/x.md"]],
  [
    "does not bring back what was taken out meanwhile",
    ["a", "b"],
    ["a", "b", "c"],
    ["a"],
    ["a", "c"],
  ],
  ["takes out what one side took out", ["a", "b"], ["b"], ["a", "b", "c"], ["b", "c"]],
  ["has once what both added", [], ["a", "b"], ["b"], ["a", "b"]],
  ["keeps the order that was given", ["a", "!b"], ["!b", "a"], ["a", "!b", "c"], ["!b", "a", "c"]],
])("%s", (_name, seen, wanted, current, expected) => {
  expect(mergePatterns(seen, wanted, current)).toEqual(expected);
});
