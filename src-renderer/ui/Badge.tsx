import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import styles from "./Badge.module.css";

export type Tone = "neutral" | "accent" | "ok" | "warn" | "bad";

export interface BadgeProps {
  readonly tone?: Tone | undefined;
  readonly icon?: LucideIcon | undefined;
  /** A word or a number: colour alone says nothing. */
  readonly children: ReactNode;
}

export function Badge({ tone = "neutral", icon: Icon, children }: BadgeProps): ReactNode {
  return (
    <span className={cx(styles["badge"], styles[tone])}>
      {Icon && <Icon size={12} strokeWidth={2} aria-hidden />}
      {children}
    </span>
  );
}
