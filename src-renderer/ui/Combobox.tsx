import { Command } from "cmdk";
import { Check, ChevronsUpDown } from "lucide-react";
import { Popover as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";
import { cx } from "../lib/cx.ts";
import { useStrings } from "../lib/strings/index.ts";
import styles from "./Combobox.module.css";
import { Field } from "./Field.tsx";
import inputStyles from "./input.module.css";
import popup from "./popup.module.css";
import type { SelectProps } from "./Select.tsx";
import { Spinner } from "./Spinner.tsx";

export interface ComboboxProps<Value extends string> extends SelectProps<Value> {
  readonly searchPlaceholder?: string | undefined;
}

/** One of many values, found by typing. */
export function Combobox<Value extends string>({
  value,
  options,
  onChange,
  placeholder,
  searchPlaceholder,
  disabled = false,
  busy = false,
  ...field
}: ComboboxProps<Value>): ReactNode {
  const strings = useStrings();
  const [open, setOpen] = useState(false);
  const chosen = options.find((option) => option.value === value);
  return (
    <Field {...field}>
      {(control, labelId) => (
        <Radix.Root open={open} onOpenChange={setOpen}>
          <Radix.Trigger
            {...control}
            className={inputStyles["box"]}
            disabled={disabled || busy}
            aria-busy={busy || undefined}
            aria-labelledby={`${labelId} ${control.id}`}
          >
            <span className={cx(inputStyles["value"], !chosen && inputStyles["placeholder"])}>
              {chosen?.label ?? placeholder ?? strings.ui.noOptions}
            </span>
            {busy ? <Spinner /> : <ChevronsUpDown size={14} strokeWidth={2} aria-hidden />}
          </Radix.Trigger>
          <Radix.Portal>
            <Radix.Content
              className={cx(popup["panel"], styles["content"])}
              align="start"
              sideOffset={4}
              collisionPadding={8}
              aria-labelledby={labelId}
            >
              <Command label={field.label} loop>
                <Command.Input
                  className={styles["search"]}
                  placeholder={searchPlaceholder ?? strings.common.search}
                />
                <Command.List className={cx(popup["list"], styles["list"])}>
                  <Command.Empty className={popup["none"]}>{strings.ui.noMatches}</Command.Empty>
                  {options.map((option) => (
                    <Command.Item
                      key={option.value}
                      value={option.value}
                      keywords={[option.label]}
                      disabled={option.disabled ?? false}
                      className={popup["row"]}
                      onSelect={() => {
                        onChange(option.value);
                        setOpen(false);
                      }}
                    >
                      <span className={popup["text"]}>{option.label}</span>
                      <span className={popup["hint"]}>{option.hint}</span>
                      <span className={popup["check"]}>
                        {option.value === value && (
                          <Check size={14} strokeWidth={2.25} aria-hidden />
                        )}
                      </span>
                    </Command.Item>
                  ))}
                </Command.List>
              </Command>
            </Radix.Content>
          </Radix.Portal>
        </Radix.Root>
      )}
    </Field>
  );
}
