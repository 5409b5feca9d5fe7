import type { ReactNode } from "react";
import { layOutChart, type Place, type Point } from "../../../src-main/contract/quantChart.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatRate } from "../../lib/formatRate.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { formatChange, formatScore } from "./quantView.ts";
import styles from "./QuantChart.module.css";

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

/**
 * Memory across, quality up, a larger dot for a faster file. It is drawn for those who see it: the same
 * numbers stand in words beside it and in the table below.
 */
export function QuantChart({
  points,
  kind,
}: {
  readonly points: readonly Point[];
  readonly kind: "chat" | "embedding";
}): ReactNode {
  const { quants: words, locale } = useStrings();
  const { places, x, y } = layOutChart(points);
  const several = new Set(points.map(({ model }) => model)).size > 1;
  const qualityAt = (value: number): string =>
    kind === "chat" ? formatChange(-value, locale) : formatScore(value, locale, 3);
  return (
    <figure className={styles["chart"]} aria-hidden>
      <p className={styles["axis"]}>{words.axes[kind]}</p>
      <div className={styles["plot"]}>
        <svg className={styles["lines"]}>
          {y.ticks.map(({ at }) => (
            <line key={at} x1="0" x2="100%" y1={percent(1 - at)} y2={percent(1 - at)} />
          ))}
          {x.ticks.map(({ at }) => (
            <line key={at} x1={percent(at)} x2={percent(at)} y1="0" y2="100%" />
          ))}
          {places.map((place) => (
            <g
              key={place.point.id}
              className={styles["dot"]}
              data-keeps={place.point.keeps || undefined}
            >
              <line
                x1={percent(place.x)}
                x2={percent(place.x)}
                y1={percent(1 - place.low)}
                y2={percent(1 - place.high)}
              />
              <circle cx={percent(place.x)} cy={percent(1 - place.y)} r={place.radius} />
            </g>
          ))}
        </svg>
        {y.ticks.map(({ at, value }) => (
          <span key={at} className={styles["yTick"]} style={{ bottom: percent(at) }}>
            {qualityAt(value)}
          </span>
        ))}
        {x.ticks.map(({ at, value }) => (
          <span key={at} className={styles["xTick"]} style={{ left: percent(at) }}>
            {value === 0 ? "0" : formatBytes(value, locale)}
          </span>
        ))}
        {places.map((place) => (
          <span
            key={place.point.id}
            className={styles["label"]}
            data-side={place.labelSide}
            style={labelPlace(place)}
          >
            <strong>
              {several
                ? `${place.point.model} ${place.point.quantization}`
                : place.point.quantization}
            </strong>
            <span>{formatRate(place.point.rate, "tok", locale)}</span>
          </span>
        ))}
      </div>
      <p className={styles["axisBelow"]}>
        {points.every(({ memoryIsPeak }) => memoryIsPeak) ? words.axes.memory : words.axes.size}
      </p>
    </figure>
  );
}

function labelPlace({ x, labelY, labelSide, radius }: Place): Record<string, string> {
  const gap = `${Math.round(radius) + 6}px`;
  return labelSide === "right"
    ? { bottom: percent(labelY), left: `calc(${percent(x)} + ${gap})` }
    : { bottom: percent(labelY), right: `calc(${percent(1 - x)} + ${gap})` };
}
