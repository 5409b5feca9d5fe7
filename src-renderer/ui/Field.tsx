import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cx } from "../lib/cx.ts";
import styles from "./Field.module.css";
import { VisuallyHidden } from "./VisuallyHidden.tsx";

/** What every input shares: its name, a hint, and what is wrong with the value. */
export interface FieldProps {
  readonly label: string;
  /** Keeps the label for those who listen only; the place must then be clear to the eye. */
  readonly hideLabel?: boolean | undefined;
  readonly hint?: ReactNode;
  /** What is wrong and what to do, in plain words. Takes the place of the hint. */
  readonly error?: string | undefined;
  /** `row` puts the label left of the control, as settings pages do. */
  readonly layout?: "stack" | "row" | undefined;
}

/** Attributes for the control, so that label, hint and error are announced with it. */
export interface ControlAttributes {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

export function Field({
  label,
  hideLabel = false,
  hint,
  error,
  layout = "stack",
  children,
}: FieldProps & {
  children: (control: ControlAttributes, labelId: string) => ReactNode;
}): ReactNode {
  const id = useId();
  const noteId = `${id}-note`;
  const labelId = `${id}-label`;
  const hasNote = error !== undefined || Boolean(hint);
  const labelElement = (
    <label id={labelId} htmlFor={id} className={styles["label"]}>
      {label}
    </label>
  );
  return (
    <div
      className={cx(styles["field"], layout === "row" && styles["row"])}
      data-note={hasNote || undefined}
    >
      {hideLabel ? <VisuallyHidden>{labelElement}</VisuallyHidden> : labelElement}
      <div className={styles["control"]}>
        {children(
          {
            id,
            "aria-describedby": hasNote ? noteId : undefined,
            "aria-invalid": error === undefined ? undefined : true,
          },
          labelId,
        )}
      </div>
      {hasNote && (
        <div id={noteId} className={error === undefined ? styles["hint"] : styles["error"]}>
          {error === undefined ? (
            hint
          ) : (
            <>
              <CircleAlert size={14} strokeWidth={2} aria-hidden />
              <span>{error}</span>
            </>
          )}
        </div>
      )}
    </div>
  );
}
