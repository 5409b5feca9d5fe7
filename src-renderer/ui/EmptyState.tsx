import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

export interface EmptyStateProps {
  readonly icon?: LucideIcon | undefined;
  /** What is not here yet, plainly: "No documents yet". */
  readonly title: string;
  /** What to do about it, in a sentence. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps): ReactNode {
  return (
    <div className={styles["empty"]}>
      {Icon && <Icon size={24} strokeWidth={1.5} aria-hidden />}
      <h2 className={styles["title"]}>{title}</h2>
      {Boolean(children) && <div className={styles["text"]}>{children}</div>}
      {Boolean(actions) && <div className={styles["actions"]}>{actions}</div>}
    </div>
  );
}
