import { describe, expect, it } from "vitest";
import { shareChunk } from "./shareChunk.ts";

describe("shareChunk", () => {
  it.each([
    ["one prompt takes all", [2_000], 512, [512]],
    ["one short prompt takes what it has", [100], 512, [100]],
    [
      "the first keeps half, the shortest goes first in the rest",
      [2_000, 900, 60],
      512,
      [256, 196, 60],
    ],
    ["what the short ones leave goes to the first as well", [2_000, 30], 512, [482, 30]],
    ["a first one that is short leaves its half to others", [20, 2_000], 512, [20, 492]],
    ["a single token is not lost", [5, 5], 1, [1, 0]],
    ["no room", [5, 5], 0, [0, 0]],
    ["room behind more writers than a chunk has", [5], -3, [0]],
    ["nobody reads", [], 512, []],
  ])("%s", (_, pending, tokens, expected) => {
    expect(shareChunk(pending, tokens)).toEqual(expected);
  });
});
