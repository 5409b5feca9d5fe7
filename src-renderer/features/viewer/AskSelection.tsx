import { MessageSquareQuote, Pin } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "./AskSelection.module.css";

/** The size of the buttons together, about; pixels. It never leaves the document's window. */
const button = { width: 268, height: 32, gap: 6 };

interface Spot {
  readonly left: number;
  readonly top: number;
}

/** Buttons beside what is selected in `view`. It stands in the box that `view` stands in. */
export function AskSelection({
  view,
  onAsk,
  onPin,
}: {
  readonly view: RefObject<HTMLElement | null>;
  readonly onAsk: (selected: string, from: Node) => void;
  readonly onPin: (selected: string, from: Node) => void;
}): ReactNode {
  const { viewer, pins } = useStrings();
  const [spot, setSpot] = useState<Spot | null>(null);
  const pressed = useRef(false);
  useEffect(() => {
    const element = view.current;
    if (!element) return;
    const controller = new AbortController();
    const { signal } = controller;
    let frame = 0;
    const look = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setSpot(pressed.current ? null : spotBeside(element)));
    };
    const onPointer =
      (down: boolean): (() => void) =>
      () => {
        pressed.current = down;
        look();
      };
    element.addEventListener("pointerdown", onPointer(true), { signal });
    element.addEventListener("scroll", look, { signal, passive: true });
    window.addEventListener("pointerup", onPointer(false), { signal });
    window.addEventListener("pointercancel", onPointer(false), { signal });
    document.addEventListener("selectionchange", look, { signal });
    return () => {
      cancelAnimationFrame(frame);
      controller.abort();
    };
  }, [view]);
  if (!spot) return null;
  const take = (how: (selected: string, from: Node) => void): void => {
    const selection = document.getSelection();
    const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    if (!selection || !range) return;
    how(selection.toString(), range.startContainer);
    selection.removeAllRanges();
  };
  return (
    <div
      className={styles["float"]}
      style={spot}
      // A press on the button must not take the selection away.
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      <Button variant="quiet" icon={MessageSquareQuote} onClick={() => take(onAsk)}>
        {viewer.askSelection}
      </Button>
      <Button variant="quiet" icon={Pin} onClick={() => take(onPin)}>
        {pins.pin}
      </Button>
    </div>
  );
}

/** Under the end of the selection, above its beginning where there is no room, or nowhere. */
function spotBeside(view: HTMLElement): Spot | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  if (!view.contains(selection.anchorNode) || selection.toString().trim() === "") return null;
  const boxes = selection.getRangeAt(0).getClientRects();
  const first = boxes[0];
  const last = boxes[boxes.length - 1];
  if (!first || !last) return null;
  const frame = view.getBoundingClientRect();
  const lowest = view.clientHeight - button.height - button.gap;
  const below = last.bottom - frame.top + button.gap;
  const above = first.top - frame.top - button.height - button.gap;
  const top = below <= lowest ? below : above >= 0 ? above : lowest;
  const left = last.right - frame.left - button.width / 2;
  return {
    left: view.offsetLeft + clamp(left, button.gap, view.clientWidth - button.width - button.gap),
    top: view.offsetTop + clamp(top, button.gap, lowest),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
