import { Check, CircleAlert, Copy } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ShortcutText } from "../lib/shortcuts/shortcut.ts";
import { copyText } from "../lib/copyText.ts";
import { useStrings } from "../lib/strings/index.ts";
import { IconButton } from "./IconButton.tsx";

export interface CopyButtonProps {
  /** The text, or how to get it at the time of the click. */
  readonly text: string | (() => string);
  readonly label?: string | undefined;
  readonly shortcut?: ShortcutText | undefined;
  /** Copying was refused by the system; without this the button says so itself. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export function CopyButton({ text, label, shortcut, onError }: CopyButtonProps): ReactNode {
  const { common } = useStrings();
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (outcome === null) return undefined;
    const timer = setTimeout(() => setOutcome(null), outcome === "copied" ? 1_600 : 5_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  return (
    <IconButton
      icon={outcome === null ? Copy : outcome === "copied" ? Check : CircleAlert}
      label={
        outcome === null
          ? (label ?? common.copy)
          : outcome === "copied"
            ? common.copied
            : common.copyRefused
      }
      shortcut={outcome === null ? shortcut : undefined}
      onClick={() => {
        copyText(typeof text === "string" ? text : text()).then(
          () => setOutcome("copied"),
          (error: unknown) => (onError ? onError(error) : setOutcome("refused")),
        );
      }}
    />
  );
}
