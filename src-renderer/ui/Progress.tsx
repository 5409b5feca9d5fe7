import { type ReactNode, useId } from "react";
import { useStrings } from "../lib/strings/index.ts";
import styles from "./Progress.module.css";

export interface ProgressProps {
  /** What goes on, in words: "Reading page 12 of 48". Always shown. */
  readonly label: string;
  /** 0–1, or null while the end is not known: then the label alone must tell what is done. */
  readonly fraction: number | null;
  /** Amount, rate and remaining time; `describeTransfer` writes it for bytes. */
  readonly detail?: string | undefined;
  readonly tone?: "accent" | "paused" | "bad" | undefined;
  /** A thin bar alone, for rows that say the words themselves. The label is still announced. */
  readonly bare?: boolean | undefined;
}

export function Progress({
  label,
  fraction,
  detail,
  tone = "accent",
  bare = false,
}: ProgressProps): ReactNode {
  const id = useId();
  const { locale } = useStrings();
  const value = fraction === null ? null : Math.min(1, Math.max(0, fraction));
  const percent =
    value === null
      ? undefined
      : new Intl.NumberFormat(locale, { style: "percent" }).format(Math.floor(value * 100) / 100);
  return (
    <div className={styles["progress"]} data-tone={tone}>
      {!bare && (
        <div className={styles["line"]}>
          <span id={id} className={styles["label"]}>
            {label}
          </span>
          {percent !== undefined && <span className={styles["meta"]}>{percent}</span>}
        </div>
      )}
      <div
        className={styles["track"]}
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={value === null ? undefined : Math.floor(value * 100)}
        aria-valuetext={[percent, detail].filter(Boolean).join(", ") || undefined}
        {...(bare ? { "aria-label": label } : { "aria-labelledby": id })}
      >
        {value === null ? (
          <div className={styles["sweep"]} />
        ) : (
          <div className={styles["bar"]} style={{ transform: `scaleX(${value})` }} />
        )}
      </div>
      {!bare && detail !== undefined && <div className={styles["meta"]}>{detail}</div>}
    </div>
  );
}
