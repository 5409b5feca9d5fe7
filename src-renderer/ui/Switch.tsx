import { Switch as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";
import { useStrings } from "../lib/strings/index.ts";
import { Spinner } from "./Spinner.tsx";
import styles from "./Switch.module.css";

export interface SwitchProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean | undefined;
  /** The change has been asked for and is not yet so. */
  readonly busy?: boolean | undefined;
  readonly error?: string | undefined;
}

/** On or off, at once. The whole row can be clicked. */
export function Switch({
  label,
  hint,
  checked,
  onChange,
  disabled = false,
  busy = false,
  error,
}: SwitchProps): ReactNode {
  const id = useId();
  const strings = useStrings();
  const note = error ?? hint;
  return (
    <div className={styles["row"]} data-note={Boolean(note) || undefined}>
      <label htmlFor={id} className={styles["label"]}>
        {label}
      </label>
      {Boolean(note) && (
        <div id={`${id}-note`} className={error === undefined ? styles["hint"] : styles["error"]}>
          {note}
        </div>
      )}
      <span className={styles["control"]}>
        {busy && (
          <span role="status" className={styles["busy"]}>
            <Spinner size={12} />
            {strings.ui.busy}
          </span>
        )}
        <Radix.Root
          id={id}
          className={styles["track"]}
          checked={checked}
          disabled={disabled || busy}
          onCheckedChange={onChange}
          aria-describedby={note ? `${id}-note` : undefined}
        >
          <Radix.Thumb className={styles["thumb"]} />
        </Radix.Root>
      </span>
    </div>
  );
}
