import type { ReactNode } from "react";
import { riseOf } from "../../../src-main/contract/quantChart.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { quantsState, useMirror } from "../../api/engine.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatRate } from "../../lib/formatRate.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { describeWhen } from "../bench/benchView.ts";
import { measuredRows } from "./measuredRows.ts";
import { formatChange } from "./quantView.ts";
import styles from "./SmallQuantChart.module.css";

/**
 * What was measured of files of one model, as bars: memory, quality and speed beside each other. Nothing
 * where they were not compared on this machine.
 */
export function SmallQuantChart({
  files,
}: {
  readonly files: readonly { readonly id: ModelId; readonly bytes: number }[];
}): ReactNode {
  const { quants: words, locale } = useStrings();
  const runs = useMirror(quantsState, (state) => state.runs);
  const measured = measuredRows(runs ?? [], files);
  if (!measured) return null;
  const { run, rows } = measured;
  const memory = rows.map(({ peakBytes, bytes }) => peakBytes ?? bytes);
  const rises = rows.map((row) => riseOf(row).rise);
  const rates = rows.map(({ decode }) => decode.median);
  const of = (value: number, all: readonly number[]): number =>
    value / Math.max(...all.map(Math.abs), 1e-9);
  return (
    <div className={styles["chart"]}>
      <table>
        <caption>
          {words.measuredHere} <span>{words.measuredHint(describeWhen(run.at, locale))}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.file}</th>
            <th scope="col">{words.small.size}</th>
            <th scope="col">{words.small.quality}</th>
            <th scope="col">{words.small.speed}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.modelId}>
              <th scope="row">{row.quantization}</th>
              <Cell
                share={of(memory[at] ?? 0, memory)}
                text={formatBytes(memory[at] ?? 0, locale)}
              />
              <Cell
                share={Math.max(0, of(rises[at] ?? 0, rises))}
                text={row.reference ? words.finest : formatChange(rises[at] ?? 0, locale)}
              />
              <Cell
                share={of(rates[at] ?? 0, rates)}
                text={formatRate(rates[at] ?? 0, "tok", locale)}
              />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ share, text }: { readonly share: number; readonly text: string }): ReactNode {
  return (
    <td>
      <svg className={styles["bar"]} aria-hidden>
        <rect className={styles["track"]} width="100%" height="4" rx="2" />
        <rect
          className={styles["length"]}
          width={`${(100 * share).toFixed(2)}%`}
          height="4"
          rx="2"
        />
      </svg>
      {text}
    </td>
  );
}
