import type { ReactNode } from "react";
import type { BenchRun } from "../../../src-main/contract/bench.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { formatRate } from "../../lib/formatRate.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { VisuallyHidden } from "../../ui/VisuallyHidden.tsx";
import {
  compareRuns,
  describeSettings,
  describeWhen,
  formatDifference,
  formatTableRate,
  joinLabel,
  labelRuns,
  nameOf,
  type Bar,
  type BarGroup,
} from "./benchView.ts";
import styles from "./Comparison.module.css";

/** A group of bars for each test, a bar for each run. The same numbers stand in the table below. */
export function Comparison({ runs }: { readonly runs: readonly BenchRun[] }): ReactNode {
  const strings = useStrings();
  const { bench: words } = strings;
  const [first] = runs;
  const [label] = labelRuns(runs, strings);
  if (!first) return <p className={styles["none"]}>{words.compareNone}</p>;
  return (
    <div className={styles["comparison"]}>
      <div className={styles["groups"]}>
        {compareRuns(runs, strings).map((group) => (
          <Group key={group.key} group={group} />
        ))}
      </div>
      {runs.length > 1 && (
        <p className={styles["note"]}>
          {words.against(label ? joinLabel(label) : nameOf(first, strings))}
        </p>
      )}
    </div>
  );
}

function Group({ group }: { readonly group: BarGroup }): ReactNode {
  const { bench: words, locale } = useStrings();
  const { test, chats, tokens } = group;
  const title =
    test === "chats"
      ? chats === 1
        ? words.tests.chats1
        : words.tests.chats(chats)
      : words.tests[test];
  return (
    <figure className={styles["group"]}>
      <figcaption>
        <span className={styles["title"]}>{title}</span>{" "}
        <span className={styles["note"]}>{words.testHints[test](formatCount(tokens, locale))}</span>
      </figcaption>
      <ul className={styles["bars"]}>
        {group.bars.map((bar) => (
          <BarRow key={bar.run.id} bar={bar} />
        ))}
      </ul>
    </figure>
  );
}

function BarRow({ bar }: { readonly bar: Bar }): ReactNode {
  const strings = useStrings();
  const { bench: words, locale } = strings;
  const { run, label, measure, share, low, high, difference, fastest } = bar;
  const title = [
    nameOf(run, strings),
    describeSettings(run, strings),
    describeWhen(run.at, locale),
  ].join(" · ");
  const percent = (value: number): string => `${(100 * value).toFixed(2)}%`;
  const rate = (value: number): string => formatTableRate(value, locale);
  return (
    <li className={styles["row"]} data-fastest={fastest || undefined}>
      <span className={styles["name"]} title={title}>
        {label.model !== "" && <span className={styles["model"]}>{label.model}</span>}
        <span className={styles["rest"]}>{label.rest}</span>
      </span>
      {measure ? (
        <>
          <svg className={styles["bar"]} aria-hidden>
            <rect className={styles["track"]} width="100%" height="10" y="3" rx="2" />
            <rect className={styles["length"]} width={percent(share)} height="10" y="3" rx="2" />
            {measure.samples.length > 1 && (
              <g className={styles["range"]}>
                <line x1={percent(low)} x2={percent(high)} y1="8" y2="8" />
                <line x1={percent(low)} x2={percent(low)} y1="5" y2="11" />
                <line x1={percent(high)} x2={percent(high)} y1="5" y2="11" />
              </g>
            )}
          </svg>
          <span
            className={styles["rate"]}
            title={words.range(
              rate(Math.min(...measure.samples)),
              rate(Math.max(...measure.samples)),
            )}
          >
            {formatRate(measure.tokensPerSecond, "tok", locale)}
          </span>
          <span className={styles["difference"]}>
            {difference !== undefined && formatDifference(difference, locale)}
            {fastest && <VisuallyHidden> {words.best}</VisuallyHidden>}
          </span>
        </>
      ) : (
        <span className={styles["missing"]}>{words.notMeasured}</span>
      )}
    </li>
  );
}
