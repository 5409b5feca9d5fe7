import { ContextMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { type MenuItem, renderMenuItems } from "./menuItems.tsx";
import popup from "./popup.module.css";

export interface ContextMenuProps {
  readonly items: readonly MenuItem[];
  /** One element. Whatever is here must be reachable another way too. */
  readonly children: ReactNode;
}

/** Actions on a thing, by right click or the menu key. */
export function ContextMenu({ items, children }: ContextMenuProps): ReactNode {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={cx(popup["panel"], popup["list"])} collisionPadding={8}>
          {renderMenuItems(items, Radix)}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
