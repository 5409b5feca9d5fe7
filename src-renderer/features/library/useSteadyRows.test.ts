import { expect, it } from "vitest";
import { isGrown } from "./useSteadyRows.ts";

it.each([
  [["a", "b"], ["x", "a", "y", "b"], true],
  [[], ["a"], true],
  [["a", "b"], ["a", "b"], false],
  [["a", "b"], ["x", "b", "a"], false],
  [["a", "b"], ["x", "y", "a"], false],
])("rows %j are kept where they are in %j: %s", (before, after, grown) => {
  expect(isGrown(before, after)).toBe(grown);
});
