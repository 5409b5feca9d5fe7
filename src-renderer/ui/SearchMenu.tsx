import { Command } from "cmdk";
import { Check } from "lucide-react";
import { Popover as Radix } from "radix-ui";
import { useState, type ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { formatCount } from "../lib/formatCount.ts";
import { useStrings } from "../lib/strings/index.ts";
import styles from "./Combobox.module.css";
import type { MenuItem } from "./menuItems.tsx";
import popup from "./popup.module.css";
import { searchItems } from "./searchItems.ts";

/** More rows at once help nobody, and a library has thousands of folders. */
const mostRows = 100;

export interface SearchMenuProps {
  /** What is chosen here. */
  readonly label: string;
  /** Its checks are found by typing; its actions stay below them. Submenus and headings are left out. */
  readonly items: readonly MenuItem[];
  /** The button that opens it. */
  readonly children: ReactNode;
}

/** A menu with more to choose from than one reads through. For a few, use Menu. */
export function SearchMenu({ label, items, children }: SearchMenuProps): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={cx(popup["panel"], styles["content"], styles["menu"])}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
        >
          <Rows label={label} items={items} onDone={() => setOpen(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Rows({
  label,
  items,
  onDone,
}: Pick<SearchMenuProps, "label" | "items"> & { readonly onDone: () => void }): ReactNode {
  const { common, ui, locale } = useStrings();
  const [query, setQuery] = useState("");
  const { checks, actions, more } = searchItems(items, query, mostRows);
  return (
    <Command label={label} loop shouldFilter={false}>
      <Command.Input
        className={styles["search"]}
        placeholder={common.search}
        value={query}
        onValueChange={setQuery}
      />
      <Command.List className={cx(popup["list"], styles["list"])}>
        {checks.length === 0 && <p className={popup["none"]}>{ui.noMatches}</p>}
        {checks.map((item) => (
          <Command.Item
            key={item.id}
            // Its value is kept in lower case, where two folders could become one.
            value={`check ${encodeURIComponent(item.id)}`}
            aria-checked={item.checked}
            className={popup["row"]}
            onSelect={() => {
              onDone();
              item.onChange(!item.checked);
            }}
          >
            <span className={popup["text"]} title={item.keywords}>
              {item.label}
            </span>
            <span className={popup["check"]}>
              {item.checked && <Check size={14} strokeWidth={2.25} aria-hidden />}
            </span>
          </Command.Item>
        ))}
        {more > 0 && <p className={popup["none"]}>{ui.narrow(formatCount(more, locale))}</p>}
      </Command.List>
      {actions.length > 0 && (
        <div className={styles["actions"]}>
          {actions.map((item) => (
            <button
              key={item.id}
              type="button"
              className={cx(popup["row"], styles["action"], item.danger && popup["danger"])}
              onClick={() => {
                onDone();
                item.onSelect();
              }}
            >
              {item.icon && <item.icon size={16} strokeWidth={1.75} aria-hidden />}
              <span className={popup["text"]}>{item.label}</span>
            </button>
          ))}
        </div>
      )}
    </Command>
  );
}
