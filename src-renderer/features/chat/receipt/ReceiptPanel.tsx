import type { ReactNode } from "react";
import type { ChatId, MessageId } from "../../../../src-main/contract/ids.ts";
import type { Receipt } from "../../../../src-main/contract/search.ts";
import { formatCount } from "../../../lib/formatCount.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { useChats } from "../chatStore.ts";
import { ReceiptPassages } from "./ReceiptPassages.tsx";
import { ReceiptSteps } from "./ReceiptSteps.tsx";
import { ReceiptTokens } from "./ReceiptTokens.tsx";
import { Row } from "./Row.tsx";
import styles from "./Receipt.module.css";

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
      <Searched receipt={receipt} />
      <Summary receipt={receipt} />
      <ReceiptTokens receipt={receipt} />
      <ReceiptSteps receipt={receipt} />
      <ReceiptPassages receipt={receipt} />
    </div>
  );
}

/** The question as it was searched, what else was tried, and what the user should know. */
function Searched({ receipt }: { receipt: Receipt }): ReactNode {
  const { receipt: words, locale } = useStrings();
  const { query, standalone, rewrites, notes, read } = receipt;
  return (
    <section className={styles["searched"]} aria-label={words.searched}>
      <h3 className={styles["heading"]}>{words.searched}</h3>
      <p data-selectable>{standalone ?? query}</p>
      {standalone !== null && <p className={styles["muted"]}>{words.standalone}</p>}
      {rewrites.length > 0 && (
        <>
          <p className={styles["muted"]}>{words.rewrites}</p>
          <ul className={styles["rewrites"]}>
            {rewrites.map((rewrite) => (
              <li key={rewrite.query} data-selectable>
                {rewrite.query}{" "}
                <span className={styles["muted"]}>
                  {words.rewriteEvidence(rewrite.evidence.toFixed(2))}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {read && (
        <p>
          {words.read(
            formatCount(read.documents, locale),
            formatCount(read.chunks, locale),
            formatCount(read.parts, locale),
          )}
        </p>
      )}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </section>
  );
}

function Summary({ receipt }: { receipt: Receipt }): ReactNode {
  const { receipt: words, locale } = useStrings();
  return (
    <table className={styles["table"]}>
      <tbody>
        <Row name={words.found}>{formatCount(receipt.retrieved, locale)}</Row>
        <Row name={words.used}>{formatCount(receipt.used, locale)}</Row>
        <Row name={words.cut}>
          {formatCount(Math.max(0, receipt.retrieved - receipt.used), locale)}
        </Row>
        {receipt.route !== "whole" && (
          <Row name={words.evidence} note={words.threshold(receipt.threshold.toFixed(2))}>
            {receipt.evidence.toFixed(2)}
          </Row>
        )}
        <Row name={words.model}>
          {receipt.model === "" ? words.noModel : `${receipt.model} ${receipt.quantization}`}
        </Row>
      </tbody>
    </table>
  );
}
