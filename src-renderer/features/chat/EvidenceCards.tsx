import type { ReactNode } from "react";
import type { Citation } from "../../../src-main/contract/search.ts";
import { useNavigation } from "../../app/navigation.ts";
import { describePlace } from "../../lib/describePlace.ts";
import { useStrings } from "../../lib/strings/index.ts";
import styles from "./EvidenceCards.module.css";

const shown = 4;

/** The passages an answer stands on, before its first word. */
export function EvidenceCards({ citations }: { citations: readonly Citation[] }): ReactNode {
  const strings = useStrings();
  if (citations.length === 0) return null;
  return (
    <ul className={styles["cards"]} aria-label={strings.chat.evidence}>
      {citations.slice(0, shown).map((citation) => (
        <li key={citation.n}>
          <button type="button" className={styles["card"]} onClick={() => openCitation(citation)}>
            <span className={styles["source"]}>
              <span className={styles["number"]}>{citation.n}</span>
              <span className={styles["name"]} title={citation.document}>
                {citation.document}
              </span>
              <span className={styles["place"]}>{describePlace(citation.location, strings)}</span>
            </span>
            <span className={styles["quote"]}>{citation.quote}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Opens the document beside the chat, at the cited sentence. */
export function openCitation(citation: Citation): void {
  useNavigation.getState().openPanel({
    kind: "document",
    documentId: citation.documentId,
    location: citation.location,
    quote: citation.quote,
  });
}
