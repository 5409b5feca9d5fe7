import type { ReactNode } from "react";
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
 * The form that a run is started with, or, in its place, how far that run is.
 * @param height of the form, in CSS pixels, so that the page below does not jump
 * @param done what the last run has come to, for those who listen
 */
export function RunFrame({
  line,
  height,
  done,
  cancelling,
  cancellingLabel,
  onCancel,
  children,
}: {
  readonly line: RunLine | null;
  readonly height: number;
  readonly done: string;
  readonly cancelling: boolean;
  readonly cancellingLabel: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { common } = useStrings();
  return (
    <>
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
    </>
  );
}
