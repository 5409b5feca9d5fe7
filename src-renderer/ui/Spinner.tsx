import type { ReactNode } from "react";
import styles from "./Spinner.module.css";

/** A turning ring. Always beside words that say what is being waited for. */
export function Spinner({ size = 14 }: { size?: number }): ReactNode {
  return (
    <svg
      className={styles["spinner"]}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      aria-hidden="true"
    >
      <circle cx="8" cy="8" r="6.25" stroke="currentColor" strokeWidth="1.75" opacity="0.25" />
      <path
        d="M14.25 8A6.25 6.25 0 0 0 8 1.75"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
      />
    </svg>
  );
}
