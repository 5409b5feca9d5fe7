import type { ReactNode } from "react";
import styles from "./VisuallyHidden.module.css";

/** Words for those who listen, where the eye has an icon. */
export function VisuallyHidden({ children }: { children: ReactNode }): ReactNode {
  return <span className={styles["hidden"]}>{children}</span>;
}
