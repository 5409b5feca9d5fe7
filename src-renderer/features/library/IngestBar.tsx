import { Pause, Play, X } from "lucide-react";
import type { ReactNode } from "react";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { documentList, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { describeOverview, rowLeftMs } from "./ingestProgress.ts";
import { cancelAdding, pauseAdding, resumeAdding } from "./libraryActions.ts";
import styles from "./LibraryPage.module.css";

function longestLeftMs({ documents }: { documents: readonly DocumentRow[] }): number {
  return documents.reduce((longest, row) => Math.max(longest, rowLeftMs(row)), 0);
}

/** How far all documents together are, and where that is paused, resumed and cancelled. */
export function IngestBar(): ReactNode {
  const strings = useStrings();
  const { library } = strings;
  const overview = useMirror(documentList, (state) => state.progress);
  const paused = useMirror(documentList, (state) => state.paused) ?? false;
  const longestMs = useMirror(documentList, longestLeftMs) ?? 0;
  if (!overview && !paused) return null;
  const { label, fraction, detail } = describeOverview(
    overview ?? null,
    paused,
    strings,
    longestMs,
  );
  return (
    <section className={styles["work"]} aria-label={library.work.title}>
      <div className={styles["workProgress"]}>
        <Progress
          label={label}
          fraction={fraction}
          detail={detail}
          tone={paused ? "paused" : "accent"}
        />
      </div>
      {paused ? (
        <IconButton icon={Play} label={library.work.resume} onClick={() => void resumeAdding()} />
      ) : (
        <IconButton icon={Pause} label={library.work.pause} onClick={() => void pauseAdding()} />
      )}
      {overview && (
        <IconButton icon={X} label={library.work.cancel} onClick={() => void cancelAdding("all")} />
      )}
    </section>
  );
}
