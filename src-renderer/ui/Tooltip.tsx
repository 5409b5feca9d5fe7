import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";
import type { ShortcutText } from "../lib/shortcuts/shortcut.ts";
import { Kbd } from "./Kbd.tsx";
import styles from "./Tooltip.module.css";

export interface TooltipProps {
  readonly label: ReactNode;
  readonly shortcut?: ShortcutText | undefined;
  readonly side?: "top" | "right" | "bottom" | "left" | undefined;
  /** One element that takes a ref and can be focused. */
  readonly children: ReactNode;
}

/** A few words on hover and focus. Never the only place of something needed. */
export function Tooltip({ label, shortcut, side = "bottom", children }: TooltipProps): ReactNode {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={styles["tooltip"]}
          side={side}
          sideOffset={6}
          collisionPadding={8}
        >
          {label}
          {shortcut !== undefined && <Kbd keys={shortcut} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
