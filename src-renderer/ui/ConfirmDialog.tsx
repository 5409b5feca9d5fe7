import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../src-main/contract/errors.ts";
import { AlertDialog, type AlertDialogProps } from "./AlertDialog.tsx";
import { InlineError } from "./InlineError.tsx";

export interface ConfirmDialogProps extends Pick<AlertDialogProps, "title" | "confirmLabel"> {
  /** What is lost. */
  readonly text: string;
  /** Done when the person says so; the dialog closes when it has succeeded. */
  readonly action: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something goes for good, and does it: what kept it from being done stays in view. */
export function ConfirmDialog({
  title,
  text,
  confirmLabel,
  action,
  onClose,
}: ConfirmDialogProps): ReactNode {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorData | null>(null);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await action();
      onClose();
    } catch (failure) {
      setError(toErrorData(failure));
      setBusy(false);
    }
  };
  return (
    <AlertDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={
        <>
          <p>{text}</p>
          {error && <InlineError error={error} />}
        </>
      }
      confirmLabel={confirmLabel}
      danger
      busy={busy}
      onConfirm={() => void confirm()}
    />
  );
}
