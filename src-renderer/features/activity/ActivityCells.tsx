import type { ReactNode } from "react";
import { describeRemaining } from "../../lib/describeTransfer.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatCompactCount, formatCount } from "../../lib/formatCount.ts";
import { formatRate } from "../../lib/formatRate.ts";
import { useStrings } from "../../lib/strings/index.ts";
import styles from "./ActivityCells.module.css";
import type { ActivityView } from "./activityView.ts";
import { describeDevice } from "./describeDevice.ts";
import { Spark } from "./Spark.tsx";

/** The cells of the strip. They keep their places and sizes, whatever the numbers are. */
export function ActivityCells({
  view,
  peak,
  samples,
}: {
  readonly view: ActivityView;
  /** Prompt tokens that reading began with. */
  readonly peak: number;
  /** Rates of writing, oldest first. */
  readonly samples: readonly number[];
}): ReactNode {
  const strings = useStrings();
  const { activity: words, app, locale } = strings;
  const { reading, cache } = view;
  const count = (value: number): string => formatCount(value, locale);
  const percent = (share: number): string =>
    new Intl.NumberFormat(locale, { style: "percent" }).format(share);
  const contextShare = shareOf(view.longestTokens, view.contextTokens);
  return (
    <dl className={styles["cells"]}>
      <Cell
        label={words.writing}
        value={view.writing > 0 ? formatRate(view.writing, "tok", locale) : words.idle}
        note={words.allChats}
        quiet={view.writing <= 0}
      >
        <Spark samples={samples} />
      </Cell>
      <Cell
        label={words.reading}
        value={reading ? words.tokensLeft(count(reading.tokensLeft)) : words.nothingToRead}
        note={reading ? describeReading(reading) : ""}
        quiet={!reading}
      >
        <Gauge
          label={words.reading}
          share={reading ? 1 - shareOf(reading.tokensLeft, peak) : 0}
          text={reading ? describeReading(reading) : words.nothingToRead}
          kind="progressbar"
        />
      </Cell>
      <Cell
        label={words.context}
        value={words.contextUse(
          count(view.longestTokens),
          formatCompactCount(view.contextTokens, locale),
        )}
        note={words.contextShare(percent(contextShare))}
        quiet={view.longestTokens === 0}
      >
        <Gauge
          label={words.context}
          share={contextShare}
          text={words.contextUse(count(view.longestTokens), count(view.contextTokens))}
          warn={contextShare > 0.9}
        />
      </Cell>
      <Cell
        label={words.cache}
        value={
          cache
            ? words.cacheUse(formatBytes(cache.bytes, locale), formatBytes(cache.ofBytes, locale))
            : words.cacheUnknown
        }
        note={cache ? words.cacheCells(count(cache.cells), count(cache.ofCells)) : ""}
        quiet={!cache}
      >
        <Gauge
          label={words.cache}
          share={cache ? shareOf(cache.cells, cache.ofCells) : 0}
          text={cache ? words.cacheCells(count(cache.cells), count(cache.ofCells)) : ""}
        />
      </Cell>
      <Cell
        label={words.queue}
        value={
          view.places > 0 ? words.queueUse(count(view.running), count(view.places)) : words.idle
        }
        note={view.waiting > 0 ? words.waiting(count(view.waiting)) : words.noneWaiting}
        quiet={view.running + view.waiting === 0}
      >
        <Gauge
          label={words.queue}
          share={shareOf(view.running, view.places)}
          text={words.queueUse(count(view.running), count(view.places))}
          warn={view.waiting > 0}
        />
      </Cell>
      <Cell
        label={words.runsOn}
        value={`${describeDevice(view.device)} · ${app.threads(view.threads)}`}
        note={view.name}
      />
    </dl>
  );

  function describeReading({ perSecond, remainingMs }: NonNullable<typeof reading>): string {
    return [
      perSecond > 0 ? formatRate(perSecond, "tok", locale) : "",
      remainingMs === null ? "" : describeRemaining(remainingMs, strings),
    ]
      .filter((part) => part !== "")
      .join(" · ");
  }
}

function Cell({
  label,
  value,
  note,
  quiet = false,
  children,
}: {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  /** Nothing goes on here. */
  readonly quiet?: boolean;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className={styles["cell"]} data-quiet={quiet || undefined}>
      <dt>{label}</dt>
      <dd className={styles["value"]}>{value}</dd>
      {children !== undefined && <dd className={styles["gauge"]}>{children}</dd>}
      <dd className={styles["note"]} title={note}>
        {note}
      </dd>
    </div>
  );
}

function Gauge({
  label,
  share,
  text,
  kind = "meter",
  warn = false,
}: {
  readonly label: string;
  readonly share: number;
  readonly text: string;
  readonly kind?: "meter" | "progressbar";
  /** It is nearly full. The words beside it say so too. */
  readonly warn?: boolean;
}): ReactNode {
  return (
    <div
      role={kind}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * share)}
      aria-valuetext={text || undefined}
      className={styles["track"]}
      data-warn={warn || undefined}
    >
      <div className={styles["bar"]} style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}

/** 0 to 1; 0 where there is nothing to have a share of. */
function shareOf(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}
