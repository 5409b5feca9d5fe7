import {
  type ComponentProps,
  type ReactNode,
  type Ref,
  useCallback,
  useLayoutEffect,
  useRef,
} from "react";
import { cx } from "../lib/cx.ts";
import styles from "./GrowingTextarea.module.css";

export interface GrowingTextareaProps extends Omit<
  ComponentProps<"textarea">,
  "className" | "style" | "onChange" | "value" | "rows" | "ref"
> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Its name for those who listen; give `aria-labelledby` instead where a label is shown. */
  readonly label: string;
  readonly minRows?: number | undefined;
  /** It scrolls beyond this many lines. */
  readonly maxRows?: number | undefined;
  /** `bare` has no box of its own, as in the composer. */
  readonly variant?: "box" | "bare" | undefined;
  readonly ref?: Ref<HTMLTextAreaElement> | undefined;
}

/** Several lines of text; as high as they are, between two bounds. */
export function GrowingTextarea({
  value,
  onChange,
  label,
  minRows = 1,
  maxRows = 12,
  variant = "box",
  ref,
  ...rest
}: GrowingTextareaProps): ReactNode {
  const own = useRef<HTMLTextAreaElement | null>(null);

  const fit = useCallback(() => {
    const area = own.current;
    if (!area) return;
    const css = getComputedStyle(area);
    const line = Number.parseFloat(css.lineHeight);
    const padding = Number.parseFloat(css.paddingTop) + Number.parseFloat(css.paddingBottom);
    const border = area.offsetHeight - area.clientHeight;
    area.style.height = "0";
    const text = Math.min(Math.max(area.scrollHeight - padding, minRows * line), maxRows * line);
    area.style.height = `${text + padding + border}px`;
    area.style.overflowY = area.scrollHeight > text + padding + 1 ? "auto" : "hidden";
  }, [minRows, maxRows]);

  useLayoutEffect(fit, [fit, value]);

  useLayoutEffect(() => {
    const area = own.current;
    if (!area) return;
    // A new width wraps the text anew. Only the width is compared, or fitting would call itself.
    let width = area.clientWidth;
    const observer = new ResizeObserver(() => {
      if (area.clientWidth === width) return;
      width = area.clientWidth;
      fit();
    });
    observer.observe(area);
    return () => observer.disconnect();
  }, [fit]);

  return (
    <textarea
      aria-label={label}
      {...rest}
      ref={(element) => {
        own.current = element;
        if (typeof ref === "function") return ref(element);
        if (ref) ref.current = element;
        return undefined;
      }}
      rows={minRows}
      className={cx(styles["area"], styles[variant])}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
