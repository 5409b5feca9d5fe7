import { X, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Spinner } from "../../ui/Spinner.tsx";
import styles from "./Composer.module.css";

export interface ChipProps {
  readonly icon: LucideIcon;
  readonly name: string;
  readonly hint: string;
  readonly busy?: boolean;
  /** It is not what it was: said by the icon and by what stands in `action`, too. */
  readonly tone?: "plain" | "bad";
  readonly action?: ReactNode;
  /** Makes the name a button. */
  readonly onOpen?: (() => void) | undefined;
  readonly openLabel?: string;
  readonly removeLabel?: string;
  readonly onRemove?: () => void;
}

/** One thing that the next message asks, and how to take it off. */
export function Chip({
  icon: Icon,
  name,
  hint,
  busy = false,
  tone = "plain",
  action,
  onOpen,
  openLabel,
  removeLabel,
  onRemove,
}: ChipProps): ReactNode {
  return (
    <li className={styles["chip"]} data-tone={tone} aria-busy={busy || undefined}>
      {busy ? <Spinner /> : <Icon size={14} strokeWidth={1.75} aria-hidden />}
      {onOpen ? (
        <button
          type="button"
          className={styles["chipOpen"]}
          title={hint}
          aria-label={openLabel}
          onClick={onOpen}
        >
          {name}
        </button>
      ) : (
        <span className={styles["chipName"]} title={hint}>
          {name}
        </span>
      )}
      {action}
      {onRemove && (
        <button
          type="button"
          className={styles["chipRemove"]}
          aria-label={removeLabel}
          onClick={onRemove}
        >
          <X size={12} strokeWidth={2} aria-hidden />
        </button>
      )}
    </li>
  );
}
