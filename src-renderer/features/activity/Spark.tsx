import type { ReactNode } from "react";
import styles from "./ActivityCells.module.css";

const width = 120;
const height = 16;

/** The rates of the last half minute as a line. The number beside it says the newest one. */
export function Spark({ samples }: { readonly samples: readonly number[] }): ReactNode {
  if (samples.length < 2) return <div className={styles["track"]} aria-hidden />;
  const most = Math.max(...samples, 1);
  // The newest stands at the right edge, and what came before moves left.
  const points = samples
    .map((value, at) => {
      const x = width - (samples.length - 1 - at);
      return `${x},${(height - 1 - (value / most) * (height - 2)).toFixed(1)}`;
    })
    .join(" ");
  return (
    <svg
      className={styles["spark"]}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <polyline points={points} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
