import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { StorageReport } from "../../../src-main/contract/storage.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { AlertDialog } from "../../ui/AlertDialog.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { showToast } from "../../ui/Toast.tsx";

/** Says what is lost, does it, and tells what is free now; what kept it from being done stays in view. */
export function ConfirmFreeing({
  title,
  text,
  confirmLabel,
  free,
  describeFreed,
  onReport,
  onClose,
}: {
  readonly title: string;
  readonly text: string;
  readonly confirmLabel: string;
  readonly free: () => Promise<{ freedBytes: number; report: StorageReport }>;
  readonly describeFreed: (bytes: string) => string;
  readonly onReport: (report: StorageReport) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { locale } = useStrings();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorData | null>(null);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const { freedBytes, report } = await free();
      onReport(report);
      showToast({ text: describeFreed(formatBytes(freedBytes, locale)) });
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
