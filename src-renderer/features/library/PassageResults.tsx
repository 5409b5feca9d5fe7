import { ChevronDown, Pin } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import type { Hit } from "../../../src-main/contract/search.ts";
import { call } from "../../api/engine.ts";
import { useNavigation } from "../../app/navigation.ts";
import { describePlace } from "../../lib/describePlace.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { pinToShownChat } from "../chat/pins.ts";
import { markedSnippet } from "./markedSnippet.ts";
import { partByLikeness } from "./partByLikeness.ts";
import styles from "./PassageResults.module.css";

/** While somebody types, a search is not begun for each letter. */
const pauseMs = 200;
const mostPassages = 50;

export interface PassageResultsProps {
  readonly query: string;
  /** Only in these documents; null is the whole library. */
  readonly documentIds: readonly DocumentId[] | null;
}

interface Found extends PassageResultsProps {
  readonly hits: readonly Hit[];
  readonly error: ErrorData | null;
}

/** What is written in the documents about what was typed, with its words marked. */
export function PassageResults({ query, documentIds }: PassageResultsProps): ReactNode {
  const { organise } = useStrings();
  const [found, setFound] = useState<Found | null>(null);
  /** The search of which also those that are hardly alike are shown. */
  const [unfolded, setUnfolded] = useState<Found | null>(null);
  const wanted = query.trim();

  useEffect(() => {
    if (wanted === "") return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const input = {
        query: wanted,
        limit: mostPassages,
        ...(documentIds ? { documentIds: [...documentIds] } : {}),
      };
      call("search.query", input, { signal: controller.signal })
        .then(({ hits }) => setFound({ query: wanted, documentIds, hits, error: null }))
        .catch((error: unknown) => {
          if (isCancelled(error)) return;
          setFound({ query: wanted, documentIds, hits: [], error: toErrorData(error) });
        });
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [wanted, documentIds]);

  if (wanted === "") return <p className={styles["note"]}>{organise.searchHint}</p>;
  const { near, far } = partByLikeness(found?.hits ?? []);
  const showsFar = unfolded !== null && unfolded === found;
  const shown = showsFar ? (found?.hits ?? []) : near;
  const busy = found?.query !== wanted || found.documentIds !== documentIds;
  return (
    <div className={styles["scroller"]} aria-busy={busy}>
      <div className={styles["column"]}>
        <p className={styles["note"]} role="status">
          {busy
            ? organise.searching
            : found.error
              ? ""
              : found.hits.length === 0
                ? organise.noPassages
                : organise.passagesFound(shown.length)}
        </p>
        {found?.error && !busy && <InlineError error={found.error} />}
        <ul className={styles["list"]} aria-label={organise.passages}>
          {shown.map((hit) => (
            <Passage key={hit.chunkId} hit={hit} />
          ))}
        </ul>
        {!showsFar && far.length > 0 && (
          <div>
            <Button variant="quiet" icon={ChevronDown} onClick={() => setUnfolded(found)}>
              {organise.showFar(far.length)}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

function Passage({ hit }: { readonly hit: Hit }): ReactNode {
  const strings = useStrings();
  const { organise } = strings;
  return (
    <li className={styles["item"]}>
      <button type="button" className={styles["passage"]} onClick={() => openHit(hit)}>
        <span className={styles["source"]}>
          <span className={styles["name"]} title={hit.document}>
            {hit.document}
          </span>
          <span className={styles["place"]}>{describePlace(hit.location, strings)}</span>
          {hit.highlights.length === 0 && (
            <span className={styles["meaning"]} title={organise.byMeaningHint}>
              {organise.byMeaning}
            </span>
          )}
        </span>
        <span className={styles["text"]}>
          {markedSnippet(hit).map(({ text, marked }, at) =>
            // The parts of one text never change their order.
            marked ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
          )}
        </span>
      </button>
      <span className={styles["pin"]}>
        <IconButton
          icon={Pin}
          label={strings.pins.pinHit(hit.document, describePlace(hit.location, strings))}
          onClick={() => void pinToShownChat({ ...hit, quote: hit.text })}
        />
      </span>
    </li>
  );
}

function openHit({ documentId, location, text }: Hit): void {
  useNavigation.getState().openPanel({ kind: "document", documentId, location, quote: text });
}
