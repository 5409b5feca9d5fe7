import { Command } from "cmdk";
import { type LucideIcon, Search } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import type { ShortcutText } from "../lib/shortcuts/shortcut.ts";
import { useStrings } from "../lib/strings/index.ts";
import styles from "./CommandPalette.module.css";
import dialog from "./Dialog.module.css";
import { Kbd } from "./Kbd.tsx";
import popup from "./popup.module.css";
import { Spinner } from "./Spinner.tsx";
import { useReturnFocus } from "./useReturnFocus.ts";
import { VisuallyHidden } from "./VisuallyHidden.tsx";

export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly shortcut?: ShortcutText | undefined;
  /** Other words that find it. */
  readonly keywords?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
  readonly onSelect: () => void;
}

export interface PaletteGroup {
  readonly id: string;
  readonly heading: string;
  readonly items: readonly PaletteItem[];
  /** These items were found by a search elsewhere: show all, whatever was typed. */
  readonly alreadyFiltered?: boolean | undefined;
}

export interface CommandPaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQueryChange: (query: string) => void;
  readonly groups: readonly PaletteGroup[];
  readonly busy?: boolean | undefined;
  /** What to say while `busy`: "Searching chats…". */
  readonly busyLabel?: string | undefined;
}

/** Everything by name: commands, chats, documents. It closes when something is chosen. */
export function CommandPalette({
  open,
  onOpenChange,
  label,
  placeholder,
  query,
  onQueryChange,
  groups,
  busy = false,
  busyLabel,
}: CommandPaletteProps): ReactNode {
  const strings = useStrings();
  const focus = useReturnFocus();
  const filled = groups.filter((group) => group.items.length > 0);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={dialog["scrim"]} />
        <Dialog.Content
          data-modal
          className={cx(dialog["dialog"], styles["palette"])}
          aria-describedby={undefined}
          onOpenAutoFocus={focus.remember}
          onCloseAutoFocus={focus.restore}
        >
          <VisuallyHidden>
            <Dialog.Title>{label}</Dialog.Title>
          </VisuallyHidden>
          <Command label={label} loop className={styles["command"]}>
            <div className={styles["search"]}>
              <Search size={16} strokeWidth={1.75} aria-hidden />
              <Command.Input
                className={styles["input"]}
                placeholder={placeholder}
                value={query}
                onValueChange={onQueryChange}
              />
              {busy && (
                <span role="status" className={styles["busy"]}>
                  <Spinner size={12} />
                  {busyLabel ?? strings.ui.busy}
                </span>
              )}
            </div>
            <Command.List className={styles["list"]}>
              {!busy && (
                <Command.Empty className={styles["none"]}>{strings.ui.noMatches}</Command.Empty>
              )}
              {filled.map((group) => (
                <Command.Group
                  key={group.id}
                  heading={group.heading}
                  forceMount={group.alreadyFiltered ?? false}
                  className={styles["group"]}
                >
                  {group.items.map((item) => (
                    <Command.Item
                      key={item.id}
                      value={`${group.id} ${item.id}`}
                      keywords={[item.label, ...(item.keywords ?? [])]}
                      forceMount={group.alreadyFiltered ?? false}
                      disabled={item.disabled ?? false}
                      className={popup["row"]}
                      onSelect={() => {
                        onOpenChange(false);
                        item.onSelect();
                      }}
                    >
                      {item.icon && <item.icon size={16} strokeWidth={1.75} aria-hidden />}
                      <span className={popup["text"]}>{item.label}</span>
                      {item.hint !== undefined && (
                        <span className={popup["hint"]}>{item.hint}</span>
                      )}
                      {item.shortcut !== undefined && <Kbd keys={item.shortcut} />}
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
