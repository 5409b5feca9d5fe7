import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { type MenuItem, renderMenuItems } from "./menuItems.tsx";
import popup from "./popup.module.css";

export interface MenuProps {
  readonly items: readonly MenuItem[];
  /** The button that opens it. */
  readonly children: ReactNode;
  readonly align?: "start" | "center" | "end" | undefined;
  readonly side?: "top" | "bottom" | "left" | "right" | undefined;
  readonly onOpenChange?: ((open: boolean) => void) | undefined;
}

/** Actions behind a button. */
export function Menu({
  items,
  children,
  align = "start",
  side = "bottom",
  onOpenChange,
}: MenuProps): ReactNode {
  return (
    <DropdownMenu.Root modal={false} {...(onOpenChange ? { onOpenChange } : {})}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={cx(popup["panel"], popup["list"])}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
        >
          {renderMenuItems(items, DropdownMenu)}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
