import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import type { Location } from "../../../src-main/contract/locations.ts";
import { call } from "../../api/engine.ts";
import { describePlace } from "../../lib/describePlace.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { AskSelection } from "./AskSelection.tsx";
import { registerDocumentFind } from "./openDocumentFind.ts";
import { OutlineTree } from "./OutlineTree.tsx";
import { TextBlocks } from "./TextBlocks.tsx";
import { headingsOf, placeAt } from "./textOutline.ts";
import { spansOfQuote, type TextPart } from "./textParts.ts";
import { TextToolbar } from "./TextToolbar.tsx";
import { useDocumentFind } from "./useDocumentFind.ts";
import { useRoomBeside } from "./useRoomBeside.ts";
import {
  blockInView,
  positionOf,
  scrollToBlock,
  useTextFindMarks,
  useTextFindSource,
} from "./textDom.ts";
import { useCurrentHeading } from "./useCurrentHeading.ts";
import { ViewerFindBar } from "./ViewerFindBar.tsx";
import { handleViewerKey } from "./viewerKeys.ts";
import { ViewerSidebar } from "./ViewerSidebar.tsx";
import viewerStyles from "./Viewer.module.css";
import styles from "./TextView.module.css";

const partsPerCall = 200;

export interface TextViewProps {
  readonly documentId: DocumentId;
  readonly location: Location | null;
  readonly quote: string;
  readonly onAsk: (selected: string, place: string) => void;
  readonly onPin: (selected: string, place: Location) => void;
}

/** A document without page images: its text as Hearth read it, with the quote lit. */
export function TextView({ documentId, location, quote, onAsk, onPin }: TextViewProps): ReactNode {
  const strings = useStrings();
  const { viewer } = strings;
  const { parts, error } = useParts(documentId);
  const [sidebar, setSidebar] = useState(false);
  const [finding, setFinding] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const findInput = useRef<HTMLInputElement>(null);
  const over = !useRoomBeside(body);
  const lit = useMemo(() => spansOfQuote(parts ?? [], location, quote), [parts, location, quote]);
  const outline = useMemo(() => headingsOf(parts ?? []), [parts]);
  const source = useTextFindSource(scroller, parts?.length ?? null);
  const find = useDocumentFind(source, finding, () => blockInView(scroller.current)?.part ?? 1);
  const current = useCurrentHeading(scroller, outline, sidebar);
  useTextFindMarks(scroller, find);
  useEffect(() => {
    scroller.current?.querySelector("mark")?.scrollIntoView({ block: "center" });
  }, [lit]);

  const openFind = (): void => {
    setFinding(true);
    // What is found must not lie under it.
    if (over) setSidebar(false);
    findInput.current?.focus();
    findInput.current?.select();
  };
  useEffect(() => registerDocumentFind(openFind));
  const placeOf = (node: Node): Location | null => {
    const at = positionOf(node);
    return (at && placeAt(parts ?? [], at)) ?? null;
  };
  const focusText = (): void => scroller.current?.focus({ preventScroll: true });
  const closeFind = (): void => {
    setFinding(false);
    focusText();
  };
  const leaveSidebar = (): void => {
    if (!over) return;
    setSidebar(false);
    focusText();
  };
  const scrollTo = (top: number): void => scroller.current?.scrollTo({ top });
  const step = (by: 1 | -1): void => {
    const view = scroller.current;
    view?.scrollBy({ top: by * 0.9 * view.clientHeight });
  };
  if (error) {
    return (
      <div className={viewerStyles["error"]}>
        <InlineError error={error} />
      </div>
    );
  }
  const place = location ? describePlace(location, strings) : "";
  return (
    <div
      className={viewerStyles["viewer"]}
      onKeyDown={(event) =>
        handleViewerKey(event, {
          findInDocument: openFind,
          pageDown: () => step(1),
          pageUp: () => step(-1),
          firstPage: () => scrollTo(0),
          lastPage: () => scrollTo(scroller.current?.scrollHeight ?? 0),
        })
      }
    >
      <TextToolbar
        place={place}
        outline={outline.entries.length > 0}
        sidebar={sidebar}
        finding={finding}
        onSidebar={() => setSidebar(!sidebar)}
        onFind={() => (finding ? closeFind() : openFind())}
      />
      {finding && <ViewerFindBar find={find} input={findInput} onClose={closeFind} />}
      <div ref={body} className={viewerStyles["body"]}>
        {sidebar && (
          <ViewerSidebar
            over={over}
            tab="outline"
            onTab={() => {}}
            onClose={leaveSidebar}
            outline={
              outline.entries.length > 0 && (
                <OutlineTree
                  label={viewer.outline}
                  entries={outline.entries}
                  current={current}
                  onGo={(id) => {
                    const to = outline.places.get(id);
                    if (to && scroller.current) scrollToBlock(scroller.current, to);
                    leaveSidebar();
                  }}
                />
              )
            }
            thumbnails={null}
          />
        )}
        <div
          ref={scroller}
          className={styles["scroller"]}
          role="region"
          aria-label={viewer.text}
          tabIndex={0}
          data-selectable
        >
          {parts ? (
            parts.map((part) => (
              <TextBlocks key={part.number} part={part} lit={lit.get(part.number)} />
            ))
          ) : (
            <Skeleton label={strings.library.loading} />
          )}
        </div>
        <AskSelection
          view={scroller}
          onAsk={(selected, from) => {
            const where = placeOf(from);
            onAsk(selected, where ? describePlace(where, strings) : "");
          }}
          onPin={(selected, from) =>
            onPin(selected, placeOf(from) ?? { kind: "section", path: [] })
          }
        />
      </div>
    </div>
  );
}

function useParts(documentId: DocumentId): {
  parts: readonly TextPart[] | null;
  error: ErrorData | null;
} {
  const [parts, setParts] = useState<readonly TextPart[] | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    setParts(null);
    setError(null);
    readAll(documentId, controller.signal).then(setParts, (failure: unknown) => {
      if (!controller.signal.aborted) setError(toErrorData(failure));
    });
    return () => controller.abort();
  }, [documentId]);
  return { parts, error };
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
