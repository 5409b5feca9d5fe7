import { Pin, PinOff } from "lucide-react";
import type { ReactNode } from "react";
import type { ChatId } from "../../../src-main/contract/ids.ts";
import type { Citation } from "../../../src-main/contract/search.ts";
import { useNavigation } from "../../app/navigation.ts";
import { describePlace } from "../../lib/describePlace.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { isPinned, togglePin, usePinned, type Passage } from "./pins.ts";
import styles from "./EvidenceCards.module.css";

const shown = 4;
/** So much of what stands before a quote is shown, that the quote itself is seen; UTF-16 units. */
const shownBefore = 70;

export interface EvidenceCardsProps {
  readonly chatId: ChatId;
  readonly citations: readonly Citation[];
  /** What they are, for those who listen. */
  readonly label: string;
}

/** The passages an answer stands on, before its first word; each can be pinned to the chat. */
export function EvidenceCards({ chatId, citations, label }: EvidenceCardsProps): ReactNode {
  const strings = useStrings();
  const pinned = usePinned(chatId);
  if (citations.length === 0) return null;
  return (
    <ul className={styles["cards"]} aria-label={label}>
      {citations.slice(0, shown).map((citation) => {
        const { n, context, document, location } = citation;
        const isOn = isPinned(pinned, citation);
        return (
          <li key={n} className={styles["item"]}>
            <button type="button" className={styles["card"]} onClick={() => openCitation(citation)}>
              <span className={styles["source"]}>
                <span className={styles["number"]}>{n}</span>
                <span className={styles["name"]} title={document}>
                  {document}
                </span>
                <span className={styles["place"]}>{describePlace(location, strings)}</span>
              </span>
              <span className={styles["quote"]}>
                {context && context.before !== "" && `${lastWords(context.before)} `}
                <strong>
                  <Quote citation={citation} />
                </strong>
                {context && context.after !== "" && ` ${context.after}`}
              </span>
            </button>
            <span className={styles["pin"]} data-on={isOn}>
              <IconButton
                icon={isOn ? PinOff : Pin}
                label={isOn ? strings.pins.unpinPassage(n) : strings.pins.pinPassage(n)}
                onClick={() => void togglePin(chatId, citation)}
              />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** A quote; the stretch of it that answers is marked. */
function Quote({ citation: { quote, answer } }: { citation: Citation }): ReactNode {
  if (!answer || answer.end > quote.length || answer.start >= answer.end) return quote;
  return (
    <>
      {quote.slice(0, answer.start)}
      <mark>{quote.slice(answer.start, answer.end)}</mark>
      {quote.slice(answer.end)}
    </>
  );
}

/** The end of a text, from a word on. */
function lastWords(text: string): string {
  if (text.length <= shownBefore) return text;
  return `… ${text.slice(-shownBefore).replace(/^\S{0,24}\s/u, "")}`;
}

/** Opens the document beside the chat, at the cited sentence. */
export function openCitation({ documentId, location, quote }: Passage): void {
  useNavigation.getState().openPanel({ kind: "document", documentId, location, quote });
}
