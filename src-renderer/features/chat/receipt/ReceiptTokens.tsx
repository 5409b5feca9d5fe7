import type { ReactNode } from "react";
import type { Receipt } from "../../../../src-main/contract/search.ts";
import { formatCount } from "../../../lib/formatCount.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { tokenParts } from "./receiptParts.ts";
import { Row } from "./Row.tsx";
import styles from "./Receipt.module.css";

/** How the model's context was filled: a bar, and the same as numbers that add up. */
export function ReceiptTokens({ receipt }: { receipt: Receipt }): ReactNode {
  const { receipt: words, locale } = useStrings();
  if (receipt.promptTokens === 0) return null;
  const { budget } = receipt;
  const { prompt, answer, free } = tokenParts(receipt);
  const all = [...prompt, answer, ...(free ? [free] : [])];
  const whole = all.reduce((sum, { tokens }) => sum + tokens, 0);
  const allowed = (tokens: number): string => words.allowed(formatCount(tokens, locale));
  return (
    <section>
      <h3 className={styles["heading"]}>{words.tokens}</h3>
      <div className={styles["stack"]} aria-hidden>
        {all.map(({ part, tokens }) =>
          tokens > 0 ? (
            <span key={part} data-part={part} style={{ width: `${(tokens / whole) * 100}%` }} />
          ) : null,
        )}
      </div>
      <table className={styles["table"]} aria-label={words.tokens}>
        <tbody>
          {prompt.map(({ part, tokens }) => (
            <Row
              key={part}
              name={words.tokenParts[part]}
              part={part}
              note={
                // What is always there whole has no limit of its own.
                budget && (part === "history" || part === "evidence") && budget[part] > 0
                  ? allowed(budget[part])
                  : undefined
              }
            >
              {formatCount(tokens, locale)}
            </Row>
          ))}
        </tbody>
        <tfoot>
          <Row name={words.tokenParts.total}>{formatCount(receipt.promptTokens, locale)}</Row>
          <Row
            name={words.tokenParts.answer}
            part="answer"
            note={budget ? allowed(budget.answer) : undefined}
          >
            {formatCount(answer.tokens, locale)}
          </Row>
          {free && budget && (
            <Row
              name={words.tokenParts.free}
              part="free"
              note={words.ofContext(formatCount(budget.contextTokens, locale))}
            >
              {formatCount(free.tokens, locale)}
            </Row>
          )}
        </tfoot>
      </table>
    </section>
  );
}
