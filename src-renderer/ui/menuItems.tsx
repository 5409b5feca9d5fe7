import { Check, ChevronRight, type LucideIcon } from "lucide-react";
import type { ContextMenu, DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import type { ShortcutText } from "../lib/shortcuts/shortcut.ts";
import { Kbd } from "./Kbd.tsx";
import popup from "./popup.module.css";

interface Named {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon | undefined;
  readonly disabled?: boolean | undefined;
}

/** A row of a menu. Menu and ContextMenu take the same. */
export type MenuItem =
  | (Named & {
      readonly kind?: "action" | undefined;
      readonly hint?: string | undefined;
      readonly shortcut?: ShortcutText | undefined;
      /** It destroys something. Say so in the label too. */
      readonly danger?: boolean | undefined;
      readonly onSelect: () => void;
    })
  | (Named & {
      readonly kind: "check";
      readonly checked: boolean;
      /** What a search looks at instead of the label. */
      readonly keywords?: string | undefined;
      readonly onChange: (checked: boolean) => void;
    })
  | (Named & { readonly kind: "submenu"; readonly items: readonly MenuItem[] })
  | { readonly kind: "separator"; readonly id: string }
  | { readonly kind: "heading"; readonly id: string; readonly label: string };

/** The parts that both of Radix's menus have. */
type MenuParts = Pick<
  typeof DropdownMenu | typeof ContextMenu,
  | "Item"
  | "CheckboxItem"
  | "ItemIndicator"
  | "Separator"
  | "Label"
  | "Sub"
  | "SubTrigger"
  | "SubContent"
  | "Portal"
>;

export function renderMenuItems(items: readonly MenuItem[], parts: MenuParts): ReactNode {
  return items.map((item) => {
    switch (item.kind) {
      case "separator":
        return <parts.Separator key={item.id} className={popup["separator"]} />;
      case "heading":
        return (
          <parts.Label key={item.id} className={popup["heading"]}>
            {item.label}
          </parts.Label>
        );
      case "check":
        return (
          <parts.CheckboxItem
            key={item.id}
            className={popup["row"]}
            checked={item.checked}
            disabled={item.disabled ?? false}
            onCheckedChange={item.onChange}
          >
            {item.icon && <item.icon size={16} strokeWidth={1.75} aria-hidden />}
            <span className={popup["text"]}>{item.label}</span>
            <span className={popup["check"]}>
              <parts.ItemIndicator>
                <Check size={14} strokeWidth={2.25} aria-hidden />
              </parts.ItemIndicator>
            </span>
          </parts.CheckboxItem>
        );
      case "submenu":
        return (
          <parts.Sub key={item.id}>
            <parts.SubTrigger className={popup["row"]} disabled={item.disabled ?? false}>
              {item.icon && <item.icon size={16} strokeWidth={1.75} aria-hidden />}
              <span className={popup["text"]}>{item.label}</span>
              <ChevronRight size={14} aria-hidden />
            </parts.SubTrigger>
            <parts.Portal>
              <parts.SubContent
                className={cx(popup["panel"], popup["list"])}
                sideOffset={6}
                collisionPadding={8}
              >
                {renderMenuItems(item.items, parts)}
              </parts.SubContent>
            </parts.Portal>
          </parts.Sub>
        );
      default:
        return (
          <parts.Item
            key={item.id}
            className={cx(popup["row"], item.danger && popup["danger"])}
            disabled={item.disabled ?? false}
            onSelect={item.onSelect}
          >
            {item.icon && <item.icon size={16} strokeWidth={1.75} aria-hidden />}
            <span className={popup["text"]}>{item.label}</span>
            {item.hint !== undefined && <span className={popup["hint"]}>{item.hint}</span>}
            {item.shortcut !== undefined && <Kbd keys={item.shortcut} />}
          </parts.Item>
        );
    }
  });
}
