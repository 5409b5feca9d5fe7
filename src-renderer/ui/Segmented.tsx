import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../lib/cx.ts";
import { Field, type FieldProps } from "./Field.tsx";
import styles from "./Segmented.module.css";

export interface SegmentedProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean | undefined;
}

/** One of two to four values, all in sight. */
export function Segmented<Value extends string>({
  value,
  options,
  onChange,
  disabled = false,
  ...field
}: SegmentedProps<Value>): ReactNode {
  return (
    <Field {...field}>
      {(control, labelId) => (
        <ToggleGroup.Root
          {...control}
          type="single"
          value={value}
          disabled={disabled}
          aria-labelledby={labelId}
          className={cx(styles["group"], field.layout === "row" && styles["row"])}
          onValueChange={(next) => {
            const option = options.find((candidate) => candidate.value === next);
            if (option) onChange(option.value);
          }}
        >
          {options.map((option) => (
            <ToggleGroup.Item key={option.value} value={option.value} className={styles["option"]}>
              {option.label}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup.Root>
      )}
    </Field>
  );
}
