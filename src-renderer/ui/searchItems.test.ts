import { expect, it } from "vitest";
import type { MenuItem } from "./menuItems.tsx";
import { searchItems } from "./searchItems.ts";

const nothing = (): void => undefined;
const folder = (path: string, checked = false): MenuItem => ({
  kind: "check",
  id: path,
  label: `…${path.slice(path.lastIndexOf("/"))} (3)`,
  keywords: path,
  checked,
  onChange: nothing,
});
const items: MenuItem[] = [
  ...Array.from({ length: 150 }, (_, at) => folder(`/data/Box ${at}/papers`)),
  folder("/data/chosen/letters", true),
  { kind: "separator", id: "line" },
  { id: "new", label: "New collection…", onSelect: nothing },
];

it("finds every value, however long the list is", () => {
  expect(searchItems(items, "box 149", 100).checks.map(({ id }) => id)).toEqual([
    "/data/Box 149/papers",
  ]);
  expect(searchItems(items, "PAPERS box", 100).checks).toHaveLength(100);
  expect(searchItems(items, "no such folder", 100)).toMatchObject({ checks: [], more: 0 });
});

it("says how many it leaves out, and never leaves out what is chosen", () => {
  const { checks, more, actions } = searchItems(items, "", 100);
  expect(checks).toHaveLength(100);
  expect(checks[0]?.id).toBe("/data/chosen/letters");
  expect(more).toBe(51);
  expect(actions.map(({ id }) => id)).toEqual(["new"]);
});

it("looks at names, not at the numbers behind them", () => {
  expect(searchItems(items, "(3)", 100).checks).toEqual([]);
});
