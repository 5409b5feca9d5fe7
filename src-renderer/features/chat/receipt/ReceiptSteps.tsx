import type { ReactNode } from "react";
import type { Receipt } from "../../../../src-main/contract/search.ts";
import { formatCount } from "../../../lib/formatCount.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { stepLines } from "./receiptParts.ts";
import { Row } from "./Row.tsx";
import styles from "./Receipt.module.css";

/** A step that ran often says so instead of all its notes. */
const mostNotes = 2;

/** Where the time went: each step with its share of the whole. */
export function ReceiptSteps({ receipt }: { receipt: Receipt }): ReactNode {
  const { receipt: words, locale } = useStrings();
  const lines = stepLines(receipt.steps);
  return (
    <table className={styles["table"]}>
      <caption>{words.time}</caption>
      <tbody>
        {lines.map(({ name, ms, tokens, times, notes }) => (
          <Row
            key={name}
            name={words.steps[name] ?? name}
            note={[
              ...(times > 1 ? [words.times(formatCount(times, locale))] : []),
              ...(notes.length <= mostNotes ? notes : []),
              ...(tokens > 0 ? [words.stepTokens(formatCount(tokens, locale))] : []),
            ].join(" · ")}
            share={receipt.totalMs > 0 ? ms / receipt.totalMs : 0}
          >
            {stepTime(ms, locale)}
          </Row>
        ))}
      </tbody>
      <tfoot>
        <Row name={words.steps["total"] ?? ""}>{stepTime(receipt.totalMs, locale)}</Row>
      </tfoot>
    </table>
  );
}

/** Steps differ by thousands: milliseconds below a second, tenths of seconds above. */
function stepTime(ms: number, locale: string): string {
  const [value, unit, digits] =
    ms < 999.5
      ? ([ms, "millisecond", ms < 10 ? 1 : 0] as const)
      : ([ms / 1000, "second", 1] as const);
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: "narrow",
    maximumFractionDigits: digits,
  })
    .format(value)
    .replace(/(\d)([a-z])/i, "$1\u00a0$2");
}
