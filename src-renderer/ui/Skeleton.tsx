import type { ReactNode } from "react";
import styles from "./Skeleton.module.css";
import { VisuallyHidden } from "./VisuallyHidden.tsx";

export interface SkeletonProps {
  /** What is on its way: "Loading the chat". */
  readonly label: string;
  readonly lines?: number | undefined;
}

/** Where text will be. It shows itself only after 200 ms, so that quick things do not flicker. */
export function Skeleton({ label, lines = 3 }: SkeletonProps): ReactNode {
  return (
    <div className={styles["skeleton"]} role="status">
      <VisuallyHidden>{label}</VisuallyHidden>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={styles["line"]} aria-hidden="true" />
      ))}
    </div>
  );
}
