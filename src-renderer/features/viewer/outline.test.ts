import { describe, expect, it } from "vitest";
import { entryAt, hasChildren, shownFor, visibleEntries } from "./outline.ts";
import { flattenOutline, type PdfOutlineNode } from "./pdfOutline.ts";

function node(title: string, items: PdfOutlineNode[] = []): PdfOutlineNode {
  return { title, dest: title, items };
}

const { entries, destinations } = flattenOutline([
  node("One", [node("One  \n a"), node("", [node("One b", [node("Deep")])])]),
  node("Two"),
]);

describe("an outline", () => {
  it("is a list with levels; an entry without a title leaves what is below it", () => {
    expect(entries.map(({ title, level }) => `${level} ${title}`)).toEqual([
      "1 One",
      "2 One a",
      "2 One b",
      "3 Deep",
      "1 Two",
    ]);
    expect(destinations.get(1)).toBe("One  \n a");
    expect(entries.map((_, at) => hasChildren(entries, at))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it("is cut where a file claims too much, and closed where it is long", () => {
    const many = flattenOutline(Array.from({ length: 6000 }, (_, at) => node(`Entry ${at}`)));
    expect(many.entries).toHaveLength(5000);
    expect(many.entries.every(({ open }) => !open)).toBe(true);
  });

  it("hides what is below a closed entry, and lights the nearest in sight for it", () => {
    const visible = visibleEntries(entries, new Set([2]));
    expect(visible.map(({ id }) => id)).toEqual([0, 1, 2, 4]);
    expect(shownFor(entries, visible, 3)).toBe(2);
    expect(shownFor(entries, visibleEntries(entries, new Set([0])), 3)).toBe(0);
    expect(shownFor(entries, visible, 4)).toBe(4);
    expect(shownFor(entries, visible, null)).toBeNull();
  });

  it("tells which section a place is in", () => {
    const places = new Map([
      [0, { part: 1, at: 0 }],
      [1, { part: 1, at: 0 }],
      [2, { part: 1, at: 400 }],
      [4, { part: 5, at: 100 }],
    ]);
    expect(entryAt(entries, places, { part: 1, at: 10 })).toBe(1);
    expect(entryAt(entries, places, { part: 1, at: 400 })).toBe(2);
    expect(entryAt(entries, places, { part: 5, at: 99 })).toBe(2);
    expect(entryAt(entries, places, { part: 9, at: 0 })).toBe(4);
    expect(entryAt(entries, places, { part: 0, at: 0 })).toBeNull();
  });
});
