import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { ariaShortcut, type ShortcutText } from "../lib/shortcuts/shortcut.ts";
import { busyProps } from "./busyProps.ts";
import tones from "./buttonTones.module.css";
import styles from "./IconButton.module.css";
import { Spinner } from "./Spinner.tsx";
import { Tooltip, type TooltipProps } from "./Tooltip.tsx";

export interface IconButtonProps extends Omit<
  ComponentProps<"button">,
  "className" | "style" | "children" | "aria-label"
> {
  readonly icon: LucideIcon;
  /** What it does, as its name and tooltip. */
  readonly label: string;
  readonly shortcut?: ShortcutText | undefined;
  readonly tooltipSide?: TooltipProps["side"];
  /** For a button that stays in: shown as on, announced as pressed. */
  readonly pressed?: boolean | undefined;
  readonly variant?: "quiet" | "primary" | "danger" | undefined;
  readonly busy?: boolean | undefined;
}

export function IconButton({
  icon: Icon,
  label,
  shortcut,
  tooltipSide,
  pressed,
  variant = "quiet",
  busy = false,
  type = "button",
  onClick,
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <Tooltip label={label} shortcut={shortcut} side={tooltipSide}>
      <button
        {...rest}
        type={type}
        className={cx(tones["button"], tones[variant], styles["button"], styles[variant])}
        aria-label={label}
        aria-keyshortcuts={shortcut === undefined ? undefined : ariaShortcut(shortcut)}
        aria-pressed={pressed}
        {...busyProps(busy, onClick)}
      >
        {busy ? <Spinner /> : <Icon size={16} strokeWidth={1.75} aria-hidden />}
      </button>
    </Tooltip>
  );
}
