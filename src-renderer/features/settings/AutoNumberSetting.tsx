import { useState, type ReactNode } from "react";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { TextField } from "../../ui/TextField.tsx";
import styles from "./SettingsPage.module.css";
import { useAutoSave } from "./useAutoSave.ts";
import { useSaveSettings } from "./useSaveSettings.ts";
import { parseWholeNumber } from "./wholeNumber.ts";

export interface AutoNumberSettingProps {
  readonly setting: "threads" | "contextTokens";
  readonly label: string;
  readonly hint: ReactNode;
  /** The label of the number's own field. */
  readonly numberLabel: string;
  readonly unit?: string | undefined;
  /** What is on record; null is automatic. */
  readonly value: number | null;
  /** The number to begin with when the user takes over. */
  readonly start: number;
  readonly least: number;
  readonly most: number;
}

/** A number that Hearth chooses unless the user does. */
export function AutoNumberSetting(props: AutoNumberSettingProps): ReactNode {
  const { setting, label, hint, value, start } = props;
  const { settings: words } = useStrings();
  const { save, error } = useSaveSettings();
  return (
    <div className={styles["setting"]}>
      <Segmented
        label={label}
        hint={hint}
        layout="row"
        value={value === null ? "auto" : "own"}
        options={[
          { value: "auto", label: words.auto },
          { value: "own", label: words.own },
        ]}
        onChange={(choice) => void save({ [setting]: choice === "auto" ? null : start })}
      />
      {value !== null && <OwnNumber {...props} value={value} />}
      {error && <InlineError error={error} />}
    </div>
  );
}

function OwnNumber({
  setting,
  numberLabel,
  unit,
  value,
  least,
  most,
}: AutoNumberSettingProps & { readonly value: number }): ReactNode {
  const { settings: words, locale } = useStrings();
  const { save, error } = useSaveSettings();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const field = useAutoSave(String(value), async (text) => {
    const number = parseWholeNumber(text, least, most);
    setProblem(
      number === null
        ? words.wholeNumber(formatCount(least, locale), formatCount(most, locale))
        : undefined,
    );
    return number !== null && (number === value || (await save({ [setting]: number })));
  });
  const settle = (): void => {
    field.flush();
    const number = parseWholeNumber(field.text, least, most);
    // What was typed as "8k" is shown as the number that it is.
    if (number !== null && String(number) !== field.text) field.setText(String(number));
  };
  return (
    <>
      <TextField
        label={numberLabel}
        layout="row"
        inputMode="numeric"
        error={problem}
        value={field.text}
        onChange={(text) => {
          setProblem(undefined);
          field.setText(text);
        }}
        onBlur={settle}
        onKeyDown={(event) => event.key === "Enter" && settle()}
        trailing={unit === undefined ? undefined : <span className={styles["unit"]}>{unit}</span>}
      />
      {error && <InlineError error={error} />}
    </>
  );
}
