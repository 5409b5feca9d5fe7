import { useEffect, useState, type RefObject } from "react";
import { entryAt } from "./outline.ts";
import { blockInView } from "./textDom.ts";
import type { TextOutline } from "./textOutline.ts";

/** The section of a text that is read; followed only while somebody looks (`on`). */
export function useCurrentHeading(
  view: RefObject<HTMLElement | null>,
  { entries, places }: TextOutline,
  on: boolean,
): number | null {
  const [current, setCurrent] = useState<number | null>(null);
  useEffect(() => {
    const element = view.current;
    if (!element || !on) return;
    let frame = 0;
    const look = (): void => {
      const here = blockInView(element);
      setCurrent(here && entryAt(entries, places, here));
    };
    const onScroll = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    look();
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener("scroll", onScroll);
    };
  }, [view, entries, places, on]);
  return current;
}
