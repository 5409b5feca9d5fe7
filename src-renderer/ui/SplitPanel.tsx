import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef } from "react";
import { cx } from "../lib/cx.ts";
import { useRememberedNumber } from "../lib/remembered.ts";
import { useStrings } from "../lib/strings/index.ts";
import styles from "./SplitPanel.module.css";

export interface SplitPanelProps {
  /** Its size is remembered under this name. */
  readonly id: string;
  /** What the panel is called, in the middle of a sentence: "sidebar". */
  readonly label: string;
  /** The side of `children` on which the panel stands. */
  readonly side: "start" | "end";
  readonly panel: ReactNode;
  readonly children: ReactNode;
  readonly open: boolean;
  readonly defaultWidth: number;
  readonly minWidth: number;
  readonly maxWidth?: number | undefined;
  /** The most it takes of the whole, 0–1. */
  readonly maxFraction?: number | undefined;
  /** Below this window width the panel lies over `children`; clicking beside it calls `onCover`. */
  readonly cover?: "below-900" | "below-640" | undefined;
  readonly onCoverClick?: (() => void) | undefined;
}

const keyStep = 16;
const keyLeap = 64;

/** A panel beside the main view, resizable by pointer and keyboard; double click resets it. */
export function SplitPanel({
  id,
  label,
  side,
  panel,
  children,
  open,
  defaultWidth,
  minWidth,
  maxWidth = 2_000,
  maxFraction = 0.5,
  cover,
  onCoverClick,
}: SplitPanelProps): ReactNode {
  const strings = useStrings();
  const panelId = useId();
  const frame = useRef<HTMLDivElement>(null);
  const { value: width, set, commit } = useRememberedNumber(`split.${id}`, defaultWidth);

  const clamp = (wanted: number): number => {
    const whole = frame.current?.clientWidth ?? Number.POSITIVE_INFINITY;
    const most = Math.max(minWidth, Math.min(maxWidth, whole * maxFraction));
    return Math.round(Math.min(most, Math.max(minWidth, wanted)));
  };

  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    const handle = event.currentTarget;
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    const startX = event.clientX;
    const startWidth = clamp(width);
    const sign = (side === "start") === (getComputedStyle(handle).direction === "ltr") ? 1 : -1;
    let latest = startWidth;
    const onMove = (move: globalThis.PointerEvent): void => {
      latest = clamp(startWidth + sign * (move.clientX - startX));
      set(latest);
    };
    const onEnd = (): void => {
      handle.removeEventListener("pointermove", onMove);
      handle.removeEventListener("lostpointercapture", onEnd);
      commit(latest);
    };
    handle.addEventListener("pointermove", onMove);
    handle.addEventListener("lostpointercapture", onEnd);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.shiftKey ? keyLeap : keyStep;
    const grow = side === "start" ? 1 : -1;
    const next: Record<string, number> = {
      ArrowRight: width + grow * step,
      ArrowLeft: width - grow * step,
      Home: minWidth,
      End: maxWidth,
      Enter: defaultWidth,
    };
    const wanted = next[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    commit(clamp(wanted));
  };

  const panelElement = open && (
    <div
      id={panelId}
      className={styles["panel"]}
      style={{
        width,
        minWidth,
        maxWidth: `max(${minWidth}px, min(${maxWidth}px, ${maxFraction * 100}%))`,
      }}
    >
      {panel}
      <div
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={strings.ui.resize(label)}
        aria-controls={panelId}
        aria-valuenow={width}
        aria-valuemin={minWidth}
        aria-valuemax={maxWidth}
        className={styles["handle"]}
        onPointerDown={onPointerDown}
        onDoubleClick={() => commit(clamp(defaultWidth))}
        onKeyDown={onKeyDown}
      />
    </div>
  );

  return (
    <div ref={frame} className={cx(styles["frame"], styles[side], cover && styles[cover])}>
      {side === "start" && panelElement}
      {open && cover && (
        <div className={styles["beside"]} aria-hidden="true" onClick={onCoverClick} />
      )}
      <div className={styles["main"]}>{children}</div>
      {side === "end" && panelElement}
    </div>
  );
}
