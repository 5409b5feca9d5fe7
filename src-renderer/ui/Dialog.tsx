import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useStrings } from "../lib/strings/index.ts";
import styles from "./Dialog.module.css";
import { DialogFrame } from "./DialogFrame.tsx";
import { IconButton } from "./IconButton.tsx";

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
  return (
    <DialogFrame
      open={open}
      onOpenChange={onOpenChange}
      size={size}
      described={description !== undefined}
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
    </DialogFrame>
  );
}
