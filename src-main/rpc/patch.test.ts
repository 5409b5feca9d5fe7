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

  it("turn any list with ids into any other", () => {
    const list = fc.uniqueArray(fc.record({ id: fc.nat(30), n: fc.nat(3) }), {
      selector: ({ id }) => id,
      maxLength: 20,
    });
    fc.assert(
      fc.property(list, list, fc.boolean(), (before, other, sorts) => {
        // Sorted lists share order, so that most pairs are patched by index.
        const order = (rows: typeof before): typeof before =>
          sorts ? rows.toSorted((a, b) => a.id - b.id) : rows;
        const [from, to] = [order(before), order(other)];
        expect(applyPatches(from, diff(from, to))).toEqual(to);
      }),
      { numRuns: 500 },
    );
  });

  it("send of a long list only what was added, removed and changed", () => {
    const before = Array.from({ length: 100 }, (_, id) => ({ id: `d${id}`, n: 0 }));
    const after = [...before.toSpliced(3, 2).with(10, { id: "d12", n: 1 }), { id: "new", n: 0 }];
    const patches = diff({ rows: before }, { rows: after });
    expect(patches).toEqual([
      { path: ["rows", 4] },
      { path: ["rows", 3] },
      { path: ["rows", 10, "n"], value: 1 },
      { path: ["rows", 98], value: { id: "new", n: 0 } },
    ]);
    const result = applyPatches({ rows: before }, patches) as { rows: typeof after };
    expect(result.rows).toEqual(after);
    expect(result.rows[0]).toBe(before[0]);
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
