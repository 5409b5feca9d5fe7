import { useCallback, useEffect, useRef, useState, type RefObject } from "react";

/** This near to the end counts as being at it, in pixels. */
const nearEnd = 48;

export interface FollowEnd {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  jumpToEnd(): void;
}

/**
 * Keeps a growing list at its end, but only while the reader is there: who scrolled up is left in
 * peace.
 */
export function useFollowEnd(): FollowEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  const jumpToEnd = useCallback((): void => {
    following.current = true;
    setAtEnd(true);
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);
  useEffect(() => {
    const view = scroller.current;
    const inner = content.current;
    if (!view || !inner) return;
    let lastTop = view.scrollTop;
    const onScroll = (): void => {
      const end = view.scrollHeight - view.scrollTop - view.clientHeight <= nearEnd;
      // Only a movement upwards is the reader's wish; growth alone also leaves the end behind.
      if (end) following.current = true;
      else if (view.scrollTop < lastTop) following.current = false;
      lastTop = view.scrollTop;
      setAtEnd(following.current);
    };
    const observer = new ResizeObserver(() => {
      if (following.current) view.scrollTop = view.scrollHeight;
    });
    observer.observe(inner);
    observer.observe(view);
    view.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      view.removeEventListener("scroll", onScroll);
    };
  }, []);
  return { scroller, content, atEnd, jumpToEnd };
}
