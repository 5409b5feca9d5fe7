import { expect, it } from "vitest";
import { chooseRows, rows } from "./index.ts";

it("gives every row a key of its own", () => {
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
});

it("takes all rows when none is named", () => {
  expect(chooseRows(undefined)).toEqual(rows);
});

it("adds the row that another is judged by, and keeps the order of the table", () => {
  expect(chooseRows("prefill-512,depth-2k").map((row) => row.key)).toEqual([
    "decode",
    "depth-2k",
    "prefill-512",
  ]);
});

it("judges every row by one that comes before it", () => {
  for (const [at, row] of rows.entries()) {
    if (row.reach.kind !== "within") continue;
    const { of } = row.reach;
    expect(rows.slice(0, at).map((before) => before.key)).toContain(of);
  }
});

it("names the rows there are where one is unknown", () => {
  expect(() => chooseRows("speed")).toThrow("decode");
});
