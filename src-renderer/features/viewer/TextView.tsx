import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import type { Location } from "../../../src-main/contract/locations.ts";
import { call } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { findQuote } from "./findQuote.ts";
import styles from "./TextView.module.css";

const partsPerCall = 200;

interface Part {
  number: number;
  text: string;
}

/** A document without page images: its text as Hearth read it, with the quote lit. */
export function TextView({
  documentId,
  location,
  quote,
}: {
  documentId: DocumentId;
  location: Location | null;
  quote: string;
}): ReactNode {
  const { library } = useStrings();
  const [parts, setParts] = useState<readonly Part[] | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    const controller = new AbortController();
    setParts(null);
    setError(null);
    readAll(documentId, controller.signal).then(setParts, (failure: unknown) => {
      if (!controller.signal.aborted) setError(toErrorData(failure));
    });
    return () => controller.abort();
  }, [documentId]);
  const text = useMemo(() => parts?.map((part) => part.text).join("\n\n") ?? "", [parts]);
  const found = useMemo(() => findQuote(text, quote), [text, quote]);
  useEffect(() => mark.current?.scrollIntoView({ block: "center" }), [found]);
  if (error) return <InlineError error={error} />;
  if (!parts) return <Skeleton label={library.loading} />;
  return (
    <div className={styles["scroller"]} tabIndex={0}>
      {location?.kind === "lines" && (
        <p className={styles["place"]}>{library.lines(location.from, location.to)}</p>
      )}
      <pre className={styles["text"]}>
        {found ? (
          <>
            {text.slice(0, found.start)}
            <mark ref={mark} data-highlight className={styles["mark"]}>
              {text.slice(found.start, found.end)}
            </mark>
            {text.slice(found.end)}
          </>
        ) : (
          text
        )}
      </pre>
    </div>
  );
}

async function readAll(documentId: DocumentId, signal: AbortSignal): Promise<Part[]> {
  const all: Part[] = [];
  for (let from = 1; ; from += partsPerCall) {
    const { pages } = await call(
      "documents.text",
      { documentId, fromPage: from, toPage: from + partsPerCall - 1 },
      { signal },
    );
    all.push(...pages);
    if (pages.length < partsPerCall) return all;
  }
}
