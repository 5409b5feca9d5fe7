import type { Rect } from "../../../src-main/contract/locations.ts";

/** PDF points are 1/72 inch, CSS pixels 1/96. */
export const pixelsPerPoint = 96 / 72;
/** Between pages, and around them, in pixels. */
export const pageGap = 16;
/** What 100 % is multiplied with at the least and at the most. */
export const zoomRange = [0.1, 8] as const;

/** A page's size in points, as the file shows it. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Quarter turns that the reader adds, in degrees clockwise. */
export type Rotation = 0 | 90 | 180 | 270;

/** How large pages are shown: 1 is 100 %; or so that a certain page fits. */
export type Zoom =
  | { readonly kind: "scale"; readonly scale: number }
  | { readonly kind: "width" | "page"; readonly page: number };

/** Where all pages are, under each other; pixels. */
export interface PageLayout {
  /** Pixels per point. */
  readonly scale: number;
  readonly rotation: Rotation;
  readonly sizes: readonly PageSize[];
  readonly tops: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** A place to be at: a point of a page as it is shown. Fractions, so that it outlives a zoom. */
export interface PagePoint {
  readonly page: number;
  /** 0 is the page's upper edge, 1 its lower; a little beyond is the gap. */
  readonly fraction: number;
}

export function turned(size: PageSize, rotation: Rotation): PageSize {
  return rotation % 180 === 0 ? size : { width: size.height, height: size.width };
}

/** Pixels per point of a zoom, in a window of the given inner size. */
export function scaleOf(
  zoom: Zoom,
  sizes: readonly PageSize[],
  rotation: Rotation,
  view: PageSize,
): number {
  if (zoom.kind === "scale") return zoom.scale * pixelsPerPoint;
  const page = turned(sizes[zoom.page - 1] ?? sizes[0] ?? { width: 1, height: 1 }, rotation);
  const byWidth = (view.width - 2 * pageGap) / Math.max(1, page.width);
  const byHeight = (view.height - 2 * pageGap) / Math.max(1, page.height);
  const scale = zoom.kind === "width" ? byWidth : Math.min(byWidth, byHeight);
  return clampScale(scale / pixelsPerPoint) * pixelsPerPoint;
}

export function clampScale(scale: number): number {
  return Math.min(zoomRange[1], Math.max(zoomRange[0], scale));
}

export function layoutPages(
  sizes: readonly PageSize[],
  scale: number,
  rotation: Rotation,
): PageLayout {
  const tops = new Float64Array(sizes.length);
  let width = 0;
  let top = pageGap;
  for (const [at, size] of sizes.entries()) {
    const shown = turned(size, rotation);
    tops[at] = top;
    top += shown.height * scale + pageGap;
    width = Math.max(width, shown.width * scale);
  }
  return { scale, rotation, sizes, tops, width: width + 2 * pageGap, height: top };
}

/** A page's size in pixels. */
export function shownSize(layout: PageLayout, page: number): PageSize {
  const { width, height } = turned(
    layout.sizes[page - 1] ?? { width: 0, height: 0 },
    layout.rotation,
  );
  return { width: width * layout.scale, height: height * layout.scale };
}

/** The number of the last page that begins at or above a height; 1 where none does. */
export function pageAt({ tops }: PageLayout, y: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

export function pointAt(layout: PageLayout, y: number): PagePoint {
  const page = pageAt(layout, y);
  const { height } = shownSize(layout, page);
  return { page, fraction: height === 0 ? 0 : (y - (layout.tops[page - 1] ?? 0)) / height };
}

/** The height of a place in the whole; pixels. */
export function offsetOf(layout: PageLayout, { page, fraction }: PagePoint): number {
  return (layout.tops[page - 1] ?? 0) + fraction * shownSize(layout, page).height;
}

/** The pages that are at least partly between two heights. */
export function pagesBetween(
  layout: PageLayout,
  top: number,
  bottom: number,
): { first: number; last: number } {
  const first = pageAt(layout, top);
  return { first, last: Math.max(first, pageAt(layout, bottom)) };
}

/** A rectangle of a page of the given size (points), on that page after it was turned. */
export function turnRect(rect: Rect, { width, height }: PageSize, rotation: Rotation): Rect {
  switch (rotation) {
    case 0:
      return rect;
    case 90:
      return {
        page: rect.page,
        x: height - rect.y - rect.height,
        y: rect.x,
        width: rect.height,
        height: rect.width,
      };
    case 180:
      return { ...rect, x: width - rect.x - rect.width, y: height - rect.y - rect.height };
    case 270:
      return {
        page: rect.page,
        x: rect.y,
        y: width - rect.x - rect.width,
        width: rect.height,
        height: rect.width,
      };
  }
}

export function turnOnce(rotation: Rotation): Rotation {
  const next = { 0: 90, 90: 180, 180: 270, 270: 0 } as const;
  return next[rotation];
}

const zoomSteps = [
  0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8,
];

/** The next round size above or below one. */
export function nextScale(scale: number, by: 1 | -1): number {
  const near = 0.005;
  const next =
    by === 1
      ? zoomSteps.find((step) => step > scale + near)
      : zoomSteps.findLast((step) => step < scale - near);
  return next ?? clampScale(scale);
}
