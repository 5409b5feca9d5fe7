import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { useStrings } from "../lib/strings/index.ts";
import styles from "./Dialog.module.css";
import { IconButton } from "./IconButton.tsx";
import { useReturnFocus } from "./useReturnFocus.ts";

export interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the main one last. */
  readonly footer?: ReactNode;
  readonly size?: "small" | "medium" | "large" | undefined;
}

/** The first field of the dialog, or else the dialog itself: not the button that closes it. */
function focusFirstField(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  const field = event.currentTarget.querySelector<HTMLElement>(
    "[data-autofocus], input:not(:disabled), textarea:not(:disabled)",
  );
  (field ?? event.currentTarget).focus();
  if (field instanceof HTMLInputElement) field.select();
}

/** A window over the window. Escape closes the topmost one only; focus returns where it was. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = "medium",
}: DialogProps): ReactNode {
  const strings = useStrings();
  const focus = useReturnFocus();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={styles["scrim"]} />
        <Radix.Content
          data-modal
          className={cx(styles["dialog"], styles[size])}
          onOpenAutoFocus={(event) => {
            focus.remember();
            focusFirstField(event);
          }}
          onCloseAutoFocus={focus.restore}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
        >
          <header className={styles["header"]}>
            <Radix.Title className={styles["title"]}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label={strings.ui.closeDialog} />
            </Radix.Close>
          </header>
          <div className={styles["body"]}>
            {description !== undefined && (
              <Radix.Description asChild>
                <div className={styles["description"]}>{description}</div>
              </Radix.Description>
            )}
            {children}
          </div>
          {Boolean(footer) && <footer className={styles["footer"]}>{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
