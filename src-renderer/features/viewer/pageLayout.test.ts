import { describe, expect, it } from "vitest";
import {
  layoutPages,
  nextScale,
  offsetOf,
  pageAt,
  pageGap,
  pagesBetween,
  pixelsPerPoint,
  pointAt,
  scaleOf,
  shownSize,
  turnRect,
  type Rotation,
} from "./pageLayout.ts";

const upright = { width: 600, height: 800 };
const wide = { width: 900, height: 500 };
const sizes = [upright, wide, upright];

describe("layoutPages", () => {
  it("puts pages under each other and tells which is where", () => {
    const layout = layoutPages(sizes, 2, 0);
    expect([...layout.tops]).toEqual([pageGap, 1600 + 2 * pageGap, 2600 + 3 * pageGap]);
    expect(layout.width).toBe(1800 + 2 * pageGap);
    expect(layout.height).toBe(4200 + 4 * pageGap);
    expect([0, 1600, 1700, 99_999].map((y) => pageAt(layout, y))).toEqual([1, 1, 2, 3]);
    expect(pagesBetween(layout, 1500, 2000)).toEqual({ first: 1, last: 2 });
  });

  it("keeps a place through a zoom and a turn", () => {
    const before = layoutPages(sizes, 1, 0);
    const place = pointAt(before, offsetOf(before, { page: 2, fraction: 0.25 }));
    expect(place).toEqual({ page: 2, fraction: 0.25 });
    const after = layoutPages(sizes, 1.5, 90);
    expect(offsetOf(after, place)).toBe(2 * pageGap + 600 * 1.5 + 0.25 * 900 * 1.5);
    expect(shownSize(after, 2)).toEqual({ width: 750, height: 1350 });
  });

  it("stands a document without pages", () => {
    const layout = layoutPages([], 1, 0);
    expect(pageAt(layout, 10)).toBe(1);
    expect(shownSize(layout, 1)).toEqual({ width: 0, height: 0 });
  });
});

describe("scaleOf", () => {
  const view = { width: 632, height: 432 };

  it("fits the page's width or all of it, turned as it is", () => {
    expect(scaleOf({ kind: "width", page: 1 }, sizes, 0, view)).toBe(1);
    expect(scaleOf({ kind: "page", page: 1 }, sizes, 0, view)).toBe(0.5);
    expect(scaleOf({ kind: "width", page: 1 }, sizes, 90, view)).toBe(0.75);
    expect(scaleOf({ kind: "scale", scale: 1 }, sizes, 0, view)).toBe(pixelsPerPoint);
  });

  it("never shows a page too small or too large to draw", () => {
    const huge = [{ width: 200_000, height: 10 }];
    expect(scaleOf({ kind: "width", page: 1 }, huge, 0, view)).toBeCloseTo(0.1 * pixelsPerPoint);
    const tiny = [{ width: 0, height: 0 }];
    expect(scaleOf({ kind: "page", page: 1 }, tiny, 0, view)).toBe(8 * pixelsPerPoint);
  });
});

describe("nextScale", () => {
  it("goes from any size to the next round one, and stays at the ends", () => {
    expect([nextScale(0.73, 1), nextScale(0.75, 1), nextScale(0.73, -1)]).toEqual([
      0.75, 0.9, 0.67,
    ]);
    expect([nextScale(8, 1), nextScale(0.1, -1)]).toEqual([8, 0.1]);
  });
});

describe("turnRect", () => {
  const rect = { page: 1, x: 10, y: 20, width: 100, height: 12 };

  it("turns with the page, and four quarters are none", () => {
    expect(turnRect(rect, upright, 90)).toEqual({ page: 1, x: 768, y: 10, width: 12, height: 100 });
    expect(turnRect(rect, upright, 180)).toEqual({
      page: 1,
      x: 490,
      y: 768,
      width: 100,
      height: 12,
    });
    let size = upright;
    let now = rect;
    for (let quarter = 0; quarter < 4; quarter++) {
      now = turnRect(now, size, 90);
      size = { width: size.height, height: size.width };
    }
    expect(now).toEqual(rect);
    for (const rotation of [0, 90, 180, 270] satisfies Rotation[]) {
      const { width, height } = turnRect(rect, upright, rotation);
      expect(width * height).toBe(rect.width * rect.height);
    }
  });
});
