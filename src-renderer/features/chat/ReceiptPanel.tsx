import type { ReactNode } from "react";
import type { Receipt } from "../../../src-main/contract/search.ts";
import type { ChatId, MessageId } from "../../../src-main/contract/ids.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { useChats } from "./chatStore.ts";
import styles from "./ReceiptPanel.module.css";

/** What was done for an answer, in numbers that add up. */
export function ReceiptPanel({
  chatId,
  messageId,
}: {
  chatId: ChatId;
  messageId: MessageId;
}): ReactNode {
  const message = useChats((state) =>
    state.chats[chatId]?.messages.find((candidate) => candidate.id === messageId),
  );
  const receipt = message?.grounding?.receipt;
  if (!receipt) return null;
  return (
    <div className={styles["receipt"]}>
      <Summary receipt={receipt} />
      <Tokens receipt={receipt} />
      <Times receipt={receipt} />
      <Passages receipt={receipt} />
    </div>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{children}</td>
    </tr>
  );
}

function Summary({ receipt }: { receipt: Receipt }): ReactNode {
  const { chat, locale } = useStrings();
  return (
    <table className={styles["table"]}>
      <tbody>
        <Row name={chat.receiptFound}>{formatCount(receipt.retrieved, locale)}</Row>
        <Row name={chat.receiptUsed}>{formatCount(receipt.used, locale)}</Row>
        <Row name={chat.receiptCut}>{formatCount(receipt.retrieved - receipt.used, locale)}</Row>
        <Row name={chat.receiptEvidence}>
          {receipt.evidence.toFixed(2)}{" "}
          <span className={styles["muted"]}>
            {chat.receiptThreshold(receipt.threshold.toFixed(2))}
          </span>
        </Row>
        <Row name={chat.receiptModel}>
          {receipt.model === "" ? chat.receiptNoModel : `${receipt.model} ${receipt.quantization}`}
        </Row>
      </tbody>
    </table>
  );
}

function Tokens({ receipt }: { receipt: Receipt }): ReactNode {
  const { chat, locale } = useStrings();
  if (receipt.promptTokens === 0) return null;
  const { system, history, evidence, question } = receipt.tokens;
  const parts = chat.receiptTokenParts;
  // What the model's template puts around the parts is the rest of the prompt.
  const template = receipt.promptTokens - system - history - evidence - question;
  const rows: [string, number][] = [
    [parts.system, system],
    [parts.history, history],
    [parts.evidence, evidence],
    [parts.question, question],
    [parts.template, template],
  ];
  return (
    <table className={styles["table"]}>
      <caption>{chat.receiptTokens}</caption>
      <tbody>
        {rows.map(([name, count]) => (
          <Row key={name} name={name}>
            {formatCount(count, locale)}
          </Row>
        ))}
      </tbody>
      <tfoot>
        <Row name={parts.total}>{formatCount(receipt.promptTokens, locale)}</Row>
        <Row name={parts.answer}>{formatCount(receipt.answerTokens, locale)}</Row>
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

function Times({ receipt }: { receipt: Receipt }): ReactNode {
  const { chat, locale } = useStrings();
  return (
    <table className={styles["table"]}>
      <caption>{chat.receiptTime}</caption>
      <tbody>
        {receipt.steps.map((step, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- the order never changes
          <Row key={at} name={chat.receiptSteps[step.name] ?? step.name}>
            {stepTime(step.ms, locale)}
          </Row>
        ))}
      </tbody>
      <tfoot>
        <Row name={chat.receiptSteps["total"] ?? ""}>{stepTime(receipt.totalMs, locale)}</Row>
      </tfoot>
    </table>
  );
}

function Passages({ receipt }: { receipt: Receipt }): ReactNode {
  const { chat, library } = useStrings();
  if (receipt.passages.length === 0) return null;
  return (
    <table className={styles["table"]}>
      <caption>{chat.receiptPassages}</caption>
      <tbody>
        {receipt.passages.map((passage, at) => (
          <tr
            // oxlint-disable-next-line react/no-array-index-key -- the order never changes
            key={at}
            className={passage.used ? undefined : styles["cut"]}
          >
            <th scope="row" className={styles["passage"]} title={passage.reason}>
              {at + 1}. {passage.document}
              {passage.page !== null && `, ${library.places.page(passage.page)}`}
            </th>
            <td>{passage.score.toFixed(4)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
