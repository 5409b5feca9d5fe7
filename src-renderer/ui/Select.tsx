import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { useStrings } from "../lib/strings/index.ts";
import { Field, type FieldProps } from "./Field.tsx";
import inputStyles from "./input.module.css";
import popup from "./popup.module.css";
import styles from "./Select.module.css";
import { Spinner } from "./Spinner.tsx";

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly disabled?: boolean | undefined;
}

export interface SelectProps<Value extends string> extends FieldProps {
  /** Undefined while nothing is chosen. */
  readonly value: Value | undefined;
  readonly options: readonly SelectOption<Value>[];
  readonly onChange: (value: Value) => void;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly busy?: boolean | undefined;
}

/** One of a few known values. For many, or for values that must be searched, use Combobox. */
export function Select<Value extends string>({
  value,
  options,
  onChange,
  placeholder,
  disabled = false,
  busy = false,
  ...field
}: SelectProps<Value>): ReactNode {
  const strings = useStrings();
  return (
    <Field {...field}>
      {(control) => (
        <Radix.Root
          value={value ?? ""}
          disabled={disabled || busy || options.length === 0}
          onValueChange={(next) => {
            const option = options.find((candidate) => candidate.value === next);
            if (option) onChange(option.value);
          }}
        >
          <Radix.Trigger {...control} aria-busy={busy || undefined} className={inputStyles["box"]}>
            <span
              className={cx(
                inputStyles["value"],
                value === undefined && inputStyles["placeholder"],
              )}
            >
              <Radix.Value
                placeholder={options.length === 0 ? strings.ui.noOptions : (placeholder ?? "")}
              />
            </span>
            {busy ? <Spinner /> : <ChevronDown size={14} strokeWidth={2} aria-hidden />}
          </Radix.Trigger>
          <Radix.Portal>
            <Radix.Content
              className={cx(popup["panel"], styles["content"])}
              position="popper"
              sideOffset={4}
              collisionPadding={8}
            >
              <Radix.Viewport className={cx(popup["list"], styles["list"])}>
                {options.map((option) => (
                  <Radix.Item
                    key={option.value}
                    value={option.value}
                    disabled={option.disabled ?? false}
                    className={popup["row"]}
                  >
                    <span className={popup["text"]}>
                      <Radix.ItemText>{option.label}</Radix.ItemText>
                    </span>
                    <span className={popup["hint"]}>{option.hint}</span>
                    <span className={popup["check"]}>
                      <Radix.ItemIndicator>
                        <Check size={14} strokeWidth={2.25} aria-hidden />
                      </Radix.ItemIndicator>
                    </span>
                  </Radix.Item>
                ))}
              </Radix.Viewport>
            </Radix.Content>
          </Radix.Portal>
        </Radix.Root>
      )}
    </Field>
  );
}
