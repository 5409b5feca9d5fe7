import type { ReactNode } from "react";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { holdsPage } from "../../../src-main/contract/pageRanges.ts";
import { useStrings } from "../../lib/strings/index.ts";
import styles from "./OcrNote.module.css";

/** Says of the page that is shown that its text was recognised from its picture, or cannot be read. */
export function OcrNote({
  row,
  page,
}: {
  readonly row: Pick<DocumentRow, "recognized" | "unreadable">;
  readonly page: number;
}): ReactNode {
  const { library } = useStrings();
  const recognized = holdsPage(row.recognized, page);
  if (!recognized && !holdsPage(row.unreadable, page)) return null;
  return (
    <p className={styles["note"]}>{recognized ? library.recognizedHere : library.unreadableHere}</p>
  );
}
