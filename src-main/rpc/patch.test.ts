import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyPatches, diff } from "./patch.ts";

describe("patches", () => {
  it("turn any JSON value into any other", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        expect(JSON.stringify(sorted(applyPatches(before, diff(before, after))))).toBe(
          JSON.stringify(sorted(after)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("touch only the item that changed", () => {
    const before = {
      rows: [
        { id: "a", n: 1 },
        { id: "b", n: 1 },
      ],
    };
    const after = {
      rows: [
        { id: "a", n: 1 },
        { id: "b", n: 2 },
      ],
    };
    const patches = diff(before, after);
    expect(patches).toEqual([{ path: ["rows", 1, "n"], value: 2 }]);
    const result = applyPatches(before, patches) as typeof before;
    expect(result).toEqual(after);
    expect(result.rows[0]).toBe(before.rows[0]);
  });

  it("are not misled by names that every object inherits", () => {
    for (const name of ["valueOf", "toString", "constructor"]) {
      expect(applyPatches({}, diff({}, { [name]: null }))).toEqual({ [name]: null });
      expect(applyPatches({ [name]: 1 }, diff({ [name]: 1 }, {}))).toEqual({});
    }
  });

  it("send a reordered list whole", () => {
    const before = [{ id: "a" }, { id: "b" }];
    expect(diff(before, before.toReversed())).toHaveLength(1);
  });

  it("remove members, and never reach a prototype", () => {
    expect(applyPatches({ a: 1, b: 2 }, diff({ a: 1, b: 2 }, { b: 2 }))).toEqual({ b: 2 });
    applyPatches({}, [{ path: ["__proto__", "polluted"], value: true }]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
