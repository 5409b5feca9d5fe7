import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import styles from "./Dialog.module.css";
import { useReturnFocus } from "./useReturnFocus.ts";

export interface DialogFrameProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly size: "small" | "medium" | "large";
  /** A question: a click beside it is no answer. */
  readonly asks?: boolean | undefined;
  /** Whether there is a `Dialog.Description` in it. */
  readonly described: boolean;
  readonly children: ReactNode;
}

/** What has been marked for it, or the first field, or else the dialog itself: not the button that closes it. */
function focusFirst(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  const field = event.currentTarget.querySelector<HTMLElement>(
    "[data-autofocus], input:not(:disabled), textarea:not(:disabled)",
  );
  (field ?? event.currentTarget).focus();
  if (field instanceof HTMLInputElement) field.select();
}

/** The window over the window that `Dialog` and `AlertDialog` fill. */
export function DialogFrame({
  open,
  onOpenChange,
  size,
  asks = false,
  described,
  children,
}: DialogFrameProps): ReactNode {
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
            focusFirst(event);
          }}
          onCloseAutoFocus={focus.restore}
          {...(asks
            ? { role: "alertdialog", onInteractOutside: (event) => event.preventDefault() }
            : {})}
          {...(described ? {} : { "aria-describedby": undefined })}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
