import { Check, Copy } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ShortcutText } from "../lib/shortcuts/shortcut.ts";
import { useStrings } from "../lib/strings/index.ts";
import { IconButton } from "./IconButton.tsx";

export interface CopyButtonProps {
  /** The text, or how to get it at the time of the click. */
  readonly text: string | (() => string);
  readonly label?: string | undefined;
  readonly shortcut?: ShortcutText | undefined;
  /** Copying was refused by the system; say so where it was tried. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export function CopyButton({ text, label, shortcut, onError }: CopyButtonProps): ReactNode {
  const { common } = useStrings();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1_600);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      icon={copied ? Check : Copy}
      label={copied ? common.copied : (label ?? common.copy)}
      shortcut={copied ? undefined : shortcut}
      onClick={() => {
        const write = navigator.clipboard
          ? navigator.clipboard.writeText(typeof text === "string" ? text : text())
          : Promise.reject(new Error("This page may not use the clipboard."));
        write.then(
          () => setCopied(true),
          (error: unknown) => onError?.(error),
        );
      }}
    />
  );
}
