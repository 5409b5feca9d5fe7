import type { ReactNode } from "react";
import type { AnswerSentence } from "../../../src-main/contract/search.ts";
import { useStrings } from "../../lib/strings/index.ts";
import styles from "./Message.module.css";

/** Sentences with Markdown in them are drawn by the Markdown part instead. */
const markdownSigns = /[*_`#|[\]<>~]|^\s*(?:[-+]|\d+[.)])\s/m;

export function canShowChecked(sentences: readonly AnswerSentence[]): boolean {
  return sentences.length > 0 && sentences.every(({ text }) => !markdownSigns.test(text));
}

/** What the model added to the quote, each sentence with its citations and whether it is supported. */
export function CheckedText({
  sentences,
  renderCitation,
}: {
  sentences: readonly AnswerSentence[];
  renderCitation: (number: number) => ReactNode;
}): ReactNode {
  const { chat } = useStrings();
  return (
    <p className={styles["checked"]} data-selectable>
      {sentences.map((sentence, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a finished answer does not change
        <span key={at}>
          {sentence.supported === "supported" ? (
            sentence.text
          ) : (
            <>
              <span className={styles[sentence.supported]}>{sentence.text}</span>{" "}
              <span className={styles["verdict"]} data-support={sentence.supported}>
                {sentence.supported === "partly" ? chat.partly : chat.unsupported}
              </span>
            </>
          )}
          {sentence.citations.map((number) => (
            <span key={number}>{renderCitation(number)}</span>
          ))}{" "}
        </span>
      ))}
    </p>
  );
}
