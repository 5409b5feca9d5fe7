import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import type { Location } from "../../../src-main/contract/locations.ts";
import { call } from "../../api/engine.ts";
import { describePlace } from "../../lib/describePlace.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { TextBlocks } from "./TextBlocks.tsx";
import { spansOfQuote, type TextPart } from "./textParts.ts";
import styles from "./TextView.module.css";

const partsPerCall = 200;

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
  const strings = useStrings();
  const [parts, setParts] = useState<readonly TextPart[] | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const controller = new AbortController();
    setParts(null);
    setError(null);
    readAll(documentId, controller.signal).then(setParts, (failure: unknown) => {
      if (!controller.signal.aborted) setError(toErrorData(failure));
    });
    return () => controller.abort();
  }, [documentId]);
  const lit = useMemo(() => spansOfQuote(parts ?? [], location, quote), [parts, location, quote]);
  useEffect(() => {
    scroller.current?.querySelector("mark")?.scrollIntoView({ block: "center" });
  }, [lit]);
  if (error) return <InlineError error={error} />;
  if (!parts) return <Skeleton label={strings.library.loading} />;
  const place = location ? describePlace(location, strings) : "";
  return (
    <div ref={scroller} className={styles["scroller"]} tabIndex={0}>
      {place !== "" && <p className={styles["place"]}>{place}</p>}
      {parts.map((part) => (
        <TextBlocks key={part.number} part={part} lit={lit.get(part.number)} />
      ))}
    </div>
  );
}

async function readAll(documentId: DocumentId, signal: AbortSignal): Promise<TextPart[]> {
  const all: TextPart[] = [];
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
