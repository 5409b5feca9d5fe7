import { useEffect, useRef, type ReactNode } from "react";
import type { ErrorData } from "../../../src-main/contract/errors.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { VisuallyHidden } from "../../ui/VisuallyHidden.tsx";
import styles from "./RunFrame.module.css";

export interface RunLine {
  readonly label: string;
  /** From 0 to 1; null while that cannot be told. */
  readonly fraction: number | null;
  readonly detail: string;
}

/**
 * The form that a run is started with, or, in its place, how far that run is. A run can also be gone on
 * with from the history below: then this comes into view, as it does when it failed.
 * @param starting whether this window has started a run that goes on
 * @param height of the form, in CSS pixels, so that the page below does not jump
 * @param done what the last run has come to, for those who listen
 */
export function RunFrame({
  line,
  starting,
  error,
  height,
  done,
  cancelling,
  cancellingLabel,
  onCancel,
  children,
}: {
  readonly line: RunLine | null;
  readonly starting: boolean;
  readonly error: ErrorData | null;
  readonly height: number;
  readonly done: string;
  readonly cancelling: boolean;
  readonly cancellingLabel: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { common } = useStrings();
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (starting || error) frame.current?.scrollIntoView({ block: "nearest" });
  }, [starting, error]);
  return (
    <div ref={frame} className={styles["frame"]}>
      {line ? (
        <div className={styles["line"]} style={{ minHeight: height }}>
          <div className={styles["progress"]}>
            <Progress label={line.label} fraction={line.fraction} detail={line.detail} />
          </div>
          <Button busy={cancelling} busyLabel={cancellingLabel} onClick={onCancel}>
            {common.cancel}
          </Button>
        </div>
      ) : (
        children
      )}
      <VisuallyHidden>
        <span role="status">{line ? line.label : done}</span>
      </VisuallyHidden>
    </div>
  );
}
