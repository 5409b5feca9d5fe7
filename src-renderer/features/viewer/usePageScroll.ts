import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import {
  offsetOf,
  pageGap,
  pagesBetween,
  pointAt,
  shownSize,
  turnRect,
  type PageLayout,
  type PagePoint,
  type PageSize,
} from "./pageLayout.ts";

/** A place to go to. */
export interface PageTarget {
  readonly page: number;
  /** Points from the upper left of the page as the file shows it; the page's top where absent. */
  readonly at?: { readonly x: number; readonly y: number } | undefined;
  /** Puts it at the window's top, as headings are, and not where one reads. */
  readonly toTop?: boolean | undefined;
  /** Stays where it is if the place is in sight already. */
  readonly ifHidden?: boolean | undefined;
}

/** Between the window's edges and a place that was gone to; pixels. */
const headroom = 48;
/** One reads at this share of the window's height: the page there is the one that is named. */
const readingLine = 1 / 3;
/** A heading above this share of the window has begun. */
const headingLine = 1 / 5;
/** Steps of a page in which its reader's place is told. */
const placeSteps = 32;
/** Pages with selected words stay, so many of them. */
const mostSelected = 40;

/** Where the reader is, in coarse steps of a page. */
export interface ReadingPlace {
  /** At the height where one reads. */
  readonly read: PagePoint;
  /** Higher up, where a heading that was gone to stands above it. */
  readonly top: PagePoint;
}

/** A point of the pages, and where in the window it is to stay; pixels. */
interface Anchor {
  readonly point: PagePoint;
  readonly fromTop: number;
  /** Share of the width of all pages, and where in the window that is. */
  readonly across: number;
  readonly fromLeft: number;
}

export interface PageScroll {
  /** Pages that are near the window. */
  readonly near: { readonly first: number; readonly last: number };
  goTo(target: PageTarget): void;
  /** Keeps a point of the window where it is through the next change of size; pixels. */
  hold(x: number, y: number): void;
}

/**
 * Keeps track of which pages are near the window, and of the place in them: through every change of
 * size, turn and layout the same words stay in sight.
 *
 * @param initial where to be at first
 * @param onPlace is told where one reads whenever that changes
 */
export function usePageScroll(
  scroller: RefObject<HTMLElement | null>,
  layout: PageLayout | null,
  initial: PageTarget,
  onPlace: (place: ReadingPlace) => void,
): PageScroll {
  const [near, setNear] = useState({ first: 1, last: 0 });
  const anchor = useRef<Anchor | null>(null);
  const waiting = useRef<PageTarget | null>(initial);
  const told = useRef("");
  /** The page that was gone to last, and where that ended: a short last page never reaches the line. */
  const gone = useRef<{ page: number; scrollTop: number } | null>(null);
  const tell = useRef(onPlace);
  const current = useRef(layout);
  useLayoutEffect(() => {
    tell.current = onPlace;
    current.current = layout;
  });

  const look = useCallback(() => {
    const view = scroller.current;
    const now = current.current;
    if (!view || !now || view.clientHeight === 0) return;
    const { scrollTop, clientHeight } = view;
    anchor.current = anchorAt(view, now, view.clientWidth / 2, clientHeight * readingLine);
    const next = pagesBetween(now, scrollTop - clientHeight, scrollTop + 2 * clientHeight);
    const selected = selectedPages(view);
    if (selected) {
      next.first = Math.max(
        1,
        Math.min(next.first, Math.max(selected.first, next.first - mostSelected)),
      );
      next.last = Math.max(next.last, Math.min(selected.last, next.last + mostSelected));
    }
    setNear((before) => (before.first === next.first && before.last === next.last ? before : next));
    const line = coarse(anchor.current.point);
    const page = pageHere(view, now, gone.current) ?? line.page;
    const read = page === line.page ? line : { page, fraction: 0 };
    const top = pointAt(now, scrollTop + clientHeight * headingLine);
    const news = `${read.page} ${read.fraction} ${top.page} ${coarse(top).fraction}`;
    if (told.current === news) return;
    told.current = news;
    tell.current({ read, top });
  }, [scroller]);

  const goTo = useCallback(
    (target: PageTarget) => {
      const view = scroller.current;
      const now = current.current;
      if (!view || !now) {
        waiting.current = target;
        return;
      }
      gone.current = scrollToTarget(view, now, target);
      told.current = "";
      look();
    },
    [scroller, look],
  );

  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view || !layout) return;
    const target = waiting.current;
    const held = anchor.current;
    if (target) {
      waiting.current = null;
      gone.current = scrollToTarget(view, layout, target);
    } else if (held) {
      scrollToAnchor(view, layout, held);
    }
    look();
  }, [scroller, layout, look]);

  useEffect(() => {
    const view = scroller.current;
    if (!view) return;
    let frame = 0;
    const onScroll = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    view.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      view.removeEventListener("scroll", onScroll);
    };
  }, [scroller, look]);

  const hold = useCallback(
    (x: number, y: number) => {
      const view = scroller.current;
      if (view && current.current) anchor.current = anchorAt(view, current.current, x, y);
    },
    [scroller],
  );
  return { near, goTo, hold };
}

function coarse({ page, fraction }: PagePoint): PagePoint {
  return { page, fraction: Math.round(fraction * placeSteps) / placeSteps };
}

function anchorAt(view: HTMLElement, layout: PageLayout, x: number, y: number): Anchor {
  const width = Math.max(layout.width, view.clientWidth);
  return {
    point: pointAt(layout, view.scrollTop + y),
    fromTop: y,
    across: (view.scrollLeft + x) / width,
    fromLeft: x,
  };
}

function scrollToAnchor(view: HTMLElement, layout: PageLayout, anchor: Anchor): void {
  const width = Math.max(layout.width, view.clientWidth);
  view.scrollTop = offsetOf(layout, anchor.point) - anchor.fromTop;
  view.scrollLeft = anchor.across * width - anchor.fromLeft;
}

/** @returns the page, and how far the window is scrolled then */
function scrollToTarget(
  view: HTMLElement,
  layout: PageLayout,
  target: PageTarget,
): { page: number; scrollTop: number } {
  const page = Math.min(Math.max(1, target.page), layout.sizes.length);
  const top = layout.tops[page - 1] ?? 0;
  if (target.at) scrollToPoint(view, layout, { ...target, page, at: target.at }, top);
  else view.scrollTop = top - pageGap / 2;
  return { page, scrollTop: view.scrollTop };
}

function scrollToPoint(
  view: HTMLElement,
  layout: PageLayout,
  { page, at, toTop, ifHidden }: PageTarget & { readonly at: { x: number; y: number } },
  top: number,
): void {
  const size: PageSize = layout.sizes[page - 1] ?? { width: 0, height: 0 };
  const point = turnRect({ page, ...at, width: 0, height: 0 }, size, layout.rotation);
  const y = top + point.y * layout.scale;
  const left = (Math.max(layout.width, view.clientWidth) - shownSize(layout, page).width) / 2;
  const x = left + point.x * layout.scale;
  const seenDown = y > view.scrollTop + 8 && y < view.scrollTop + view.clientHeight - 32;
  const above = toTop ? headroom : Math.floor(view.clientHeight * readingLine) - 1;
  if (!ifHidden || !seenDown) view.scrollTop = y - above;
  const seenAcross = x >= view.scrollLeft && x < view.scrollLeft + view.clientWidth - headroom;
  if (!seenAcross) view.scrollLeft = x - headroom;
}

/** The page one is at where the line does not tell: the one gone to, or the last at the end. */
function pageHere(
  view: HTMLElement,
  layout: PageLayout,
  gone: { page: number; scrollTop: number } | null,
): number | null {
  if (gone && Math.abs(view.scrollTop - gone.scrollTop) < 1) return gone.page;
  const left = layout.height - view.scrollTop - view.clientHeight;
  return view.scrollTop > 1 && left < 1 ? layout.sizes.length : null;
}

/** The number of the page that something on it belongs to. */
export function pageOfNode(node: Node | null): number | null {
  const element = node instanceof Element ? node : node?.parentElement;
  const page = element?.closest<HTMLElement>("[data-page]")?.dataset["page"];
  return page === undefined ? null : Number(page);
}

function selectedPages(view: HTMLElement): { first: number; last: number } | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !view.contains(selection.anchorNode)) return null;
  const from = pageOfNode(selection.anchorNode);
  const to = pageOfNode(selection.focusNode) ?? from;
  if (from === null || to === null) return null;
  return { first: Math.min(from, to), last: Math.max(from, to) };
}
