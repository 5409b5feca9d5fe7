import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { busyProps } from "./busyProps.ts";
import tones from "./buttonTones.module.css";
import styles from "./Button.module.css";
import { Spinner } from "./Spinner.tsx";

export interface ButtonProps extends Omit<ComponentProps<"button">, "className" | "style"> {
  /** `primary` for the one main action of a view; `quiet` has no border until it is hovered. */
  readonly variant?: "primary" | "plain" | "quiet" | "danger" | undefined;
  readonly size?: "regular" | "large" | undefined;
  readonly icon?: LucideIcon | undefined;
  /** Work that this button started is going on. It keeps its place and focus but does nothing. */
  readonly busy?: boolean | undefined;
  /** What is going on, instead of the label: "Saving…". */
  readonly busyLabel?: string | undefined;
}

export function Button({
  variant = "plain",
  size = "regular",
  icon: Icon,
  busy = false,
  busyLabel,
  disabled,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={type}
      className={cx(
        tones["button"],
        tones[variant],
        styles["button"],
        styles[variant],
        size === "large" && styles["large"],
      )}
      disabled={disabled}
      {...busyProps(busy, onClick)}
    >
      {busy ? <Spinner /> : Icon && <Icon size={16} strokeWidth={1.75} aria-hidden />}
      {busy && busyLabel !== undefined ? busyLabel : children}
    </button>
  );
}
