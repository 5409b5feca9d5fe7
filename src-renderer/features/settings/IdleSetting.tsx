import type { ReactNode } from "react";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Select } from "../../ui/Select.tsx";
import { idleChoiceOf, idleChoices } from "./idleChoices.ts";
import styles from "./SettingsPage.module.css";
import { useSaveSettings } from "./useSaveSettings.ts";

/** After how long a model that nobody uses gives its memory back. */
export function IdleSetting({ minutes }: { readonly minutes: number | null }): ReactNode {
  const { settings: words } = useStrings();
  const { save, error } = useSaveSettings();
  return (
    <div className={styles["setting"]}>
      <Select
        label={words.idle}
        hint={minutes === null ? words.idleNever : words.idleHint(minutes)}
        layout="row"
        value={idleChoiceOf(minutes)}
        options={idleChoices.map((value) => ({ value, label: words.idleOptions[value] }))}
        onChange={(choice) =>
          void save({ idleUnloadMinutes: choice === "never" ? null : Number(choice) })
        }
      />
      {error && <InlineError error={error} />}
    </div>
  );
}
