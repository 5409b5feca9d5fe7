import { FilePlus } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import styles from "./DropZone.module.css";

export interface DropZoneProps {
  /** "Drop to add to the library". */
  readonly label: string;
  /** Which files are taken: "PDF, Office, Markdown and text". */
  readonly hint?: string | undefined;
  /** @param at where they were dropped, in the window */
  readonly onFiles: (files: readonly File[], at: { x: number; y: number }) => void;
  /** Files cannot be taken now; the reason is shown instead of the label. */
  readonly refusal?: string | undefined;
}

const carriesFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes("Files") ?? false;

/**
 * Takes files dropped anywhere on the window, and shows so while they are over it. It also keeps
 * the window from opening a file that misses. Once per window.
 */
export function DropZone({ label, hint, onFiles, refusal }: DropZoneProps): ReactNode {
  const [over, setOver] = useState(false);
  const latest = useRef({ onFiles, refusal });
  useEffect(() => {
    latest.current = { onFiles, refusal };
  });

  useEffect(() => {
    // Entering a child comes before leaving its parent, so depth tells when the window is left.
    let depth = 0;
    const onEnter = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const onOver = (event: DragEvent): void => {
      event.preventDefault();
      if (!event.dataTransfer) return;
      const takes = carriesFiles(event) && latest.current.refusal === undefined;
      event.dataTransfer.dropEffect = takes ? "copy" : "none";
    };
    const onDrop = (event: DragEvent): void => {
      event.preventDefault();
      depth = 0;
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0 && latest.current.refusal === undefined) {
        latest.current.onFiles(files, { x: event.clientX, y: event.clientY });
      }
    };
    window.addEventListener("dragenter", onEnter);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("dragover", onOver);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragenter", onEnter);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("drop", onDrop);
    };
  }, []);

  return over ? <DropOverlay label={label} hint={hint} refusal={refusal} /> : null;
}

/** What is seen while files are over the window. */
export function DropOverlay({
  label,
  hint,
  refusal,
}: Pick<DropZoneProps, "label" | "hint" | "refusal">): ReactNode {
  return (
    <div className={styles["overlay"]} role="status">
      <div className={styles["frame"]}>
        <FilePlus size={28} strokeWidth={1.5} aria-hidden />
        <p className={styles["label"]}>{refusal ?? label}</p>
        {refusal === undefined && hint !== undefined && <p className={styles["hint"]}>{hint}</p>}
      </div>
    </div>
  );
}
