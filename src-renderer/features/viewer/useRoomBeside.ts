import { useEffect, useState, type RefObject } from "react";

/** Below this width of the panel its own sidebar lies over the document; pixels. */
const roomFrom = 560;

/** Whether a sidebar fits beside what is in `element`. */
export function useRoomBeside(element: RefObject<HTMLElement | null>): boolean {
  const [room, setRoom] = useState(false);
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(() => setRoom(target.clientWidth >= roomFrom));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return room;
}
