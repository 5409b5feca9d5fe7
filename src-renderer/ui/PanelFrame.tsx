import { X } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { IconButton } from "./IconButton.tsx";
import styles from "./PanelFrame.module.css";

export interface PanelFrameProps {
  /** Names the region. */
  readonly label: string;
  readonly title: ReactNode;
  /** Told when the pointer rests on the title. */
  readonly titleHint?: string | undefined;
  /** Beside the button that closes. */
  readonly actions?: ReactNode;
  readonly closeLabel: string;
  readonly onClose: () => void;
  /** A key was pressed while the focus is in it. */
  readonly onKeyDown?: ((event: KeyboardEvent<HTMLElement>) => void) | undefined;
  readonly children: ReactNode;
}

/** What lies beside the main view: its heading stays, its content takes the rest. */
export function PanelFrame({
  label,
  title,
  titleHint,
  actions,
  closeLabel,
  onClose,
  onKeyDown,
  children,
}: PanelFrameProps): ReactNode {
  return (
    <aside className={styles["panel"]} aria-label={label} onKeyDown={onKeyDown}>
      <header className={styles["header"]}>
        <h2 className={styles["title"]} title={titleHint}>
          {title}
        </h2>
        {actions}
        <IconButton icon={X} label={closeLabel} onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}
