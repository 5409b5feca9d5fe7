import { Slider as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";
import { cx } from "../lib/cx.ts";
import { Field, type FieldProps } from "./Field.tsx";
import inputStyles from "./input.module.css";
import styles from "./SliderField.module.css";

export interface SliderFieldProps extends FieldProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** After the number: "tokens", "threads". */
  readonly unit?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** A number in a range: by slider for a feel, by typing for a figure. */
export function SliderField({
  value,
  onChange,
  min,
  max,
  step,
  unit,
  disabled = false,
  ...field
}: SliderFieldProps): ReactNode {
  // What is being typed counts once it is left or entered: "0." on the way to "0.7" is no value.
  const [typed, setTyped] = useState<string | null>(null);
  const commit = (): void => {
    if (typed === null) return;
    const number = Number(typed);
    setTyped(null);
    if (typed.trim() !== "" && Number.isFinite(number))
      onChange(Math.min(max, Math.max(min, number)));
  };
  return (
    <Field {...field}>
      {(control, labelId) => (
        <div className={styles["pair"]}>
          <Radix.Root
            className={styles["slider"]}
            value={[value]}
            min={min}
            max={max}
            step={step}
            disabled={disabled}
            onValueChange={([next]) => next !== undefined && onChange(next)}
          >
            <Radix.Track className={styles["track"]}>
              <Radix.Range className={styles["range"]} />
            </Radix.Track>
            <Radix.Thumb className={styles["thumb"]} aria-labelledby={labelId} />
          </Radix.Root>
          <div className={cx(inputStyles["box"], styles["number"])}>
            <input
              {...control}
              className={inputStyles["input"]}
              inputMode="decimal"
              disabled={disabled}
              value={typed ?? String(value)}
              onChange={(event) => setTyped(event.target.value)}
              onBlur={commit}
              onKeyDown={(event) => {
                if (event.key === "Enter") commit();
                if (event.key === "Escape" && typed !== null) {
                  event.stopPropagation();
                  setTyped(null);
                }
              }}
            />
            {unit !== undefined && <span className={styles["unit"]}>{unit}</span>}
          </div>
        </div>
      )}
    </Field>
  );
}
