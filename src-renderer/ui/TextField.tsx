import { Eye, EyeOff, type LucideIcon, X } from "lucide-react";
import { type ComponentProps, type ReactNode, useState } from "react";
import { useStrings } from "../lib/strings/index.ts";
import { Field, type FieldProps } from "./Field.tsx";
import styles from "./input.module.css";
import { Spinner } from "./Spinner.tsx";

export interface TextFieldProps
  extends
    FieldProps,
    Omit<ComponentProps<"input">, "className" | "style" | "onChange" | "value" | "type" | "id"> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: "text" | "search" | "password" | "url" | undefined;
  readonly icon?: LucideIcon | undefined;
  /** The value is being checked or searched for. */
  readonly busy?: boolean | undefined;
  /** Something after the value, such as its unit. */
  readonly trailing?: ReactNode;
}

/** One line of text. `search` can be cleared, a password can be shown. */
export function TextField({
  label,
  hideLabel,
  hint,
  error,
  layout,
  value,
  onChange,
  type = "text",
  icon: Icon,
  busy = false,
  trailing,
  ...rest
}: TextFieldProps): ReactNode {
  const strings = useStrings();
  const [shown, setShown] = useState(false);
  const Reveal = shown ? EyeOff : Eye;
  return (
    <Field label={label} hideLabel={hideLabel} hint={hint} error={error} layout={layout}>
      {(control) => (
        <div className={styles["box"]}>
          {busy ? <Spinner /> : Icon && <Icon size={16} strokeWidth={1.75} aria-hidden />}
          <input
            spellCheck={false}
            autoComplete="off"
            {...rest}
            {...control}
            aria-busy={busy || undefined}
            className={styles["input"]}
            type={type === "password" && shown ? "text" : type}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          {trailing}
          {type === "search" && value !== "" && (
            <button
              type="button"
              className={styles["inset"]}
              aria-label={strings.ui.clear}
              onClick={() => onChange("")}
            >
              <X size={14} aria-hidden />
            </button>
          )}
          {type === "password" && (
            <button
              type="button"
              className={styles["inset"]}
              aria-label={shown ? strings.ui.hidePassword : strings.ui.showPassword}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
            >
              <Reveal size={14} aria-hidden />
            </button>
          )}
        </div>
      )}
    </Field>
  );
}
