import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useStrings } from "../lib/strings/index.ts";
import { Button } from "./Button.tsx";
import styles from "./Dialog.module.css";
import { DialogFrame } from "./DialogFrame.tsx";

export interface AlertDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** A question: "Delete this model?". */
  readonly title: string;
  /** What will happen, and what cannot be undone. */
  readonly description: ReactNode;
  /** The verb of the question: "Delete model". Never "OK" or "Yes". */
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly cancelLabel?: string | undefined;
  readonly danger?: boolean | undefined;
  /** The work goes on; the caller closes the dialog when it is done. */
  readonly busy?: boolean | undefined;
  readonly busyLabel?: string | undefined;
}

/** A question that must be answered first. For what can be undone, do it and offer undo instead. */
export function AlertDialog({
  open,
  onOpenChange,
  title,
  description,
  confirmLabel,
  onConfirm,
  cancelLabel,
  danger = false,
  busy = false,
  busyLabel,
}: AlertDialogProps): ReactNode {
  const strings = useStrings();
  return (
    <DialogFrame open={open} onOpenChange={onOpenChange} size="small" asks described>
      <div className={styles["alert"]}>
        <Radix.Title className={styles["title"]}>{title}</Radix.Title>
        <Radix.Description asChild>
          <div className={styles["description"]}>{description}</div>
        </Radix.Description>
      </div>
      <footer className={styles["footer"]}>
        <Radix.Close asChild>
          <Button data-autofocus>{cancelLabel ?? strings.common.cancel}</Button>
        </Radix.Close>
        <Button
          variant={danger ? "danger" : "primary"}
          busy={busy}
          busyLabel={busyLabel}
          onClick={onConfirm}
        >
          {confirmLabel}
        </Button>
      </footer>
    </DialogFrame>
  );
}
