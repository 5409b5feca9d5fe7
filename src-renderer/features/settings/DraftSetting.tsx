import type { ReactNode } from "react";
import type { Model } from "../../../src-main/contract/models.ts";
import type { Settings } from "../../../src-main/contract/settings.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Select } from "../../ui/Select.tsx";
import { draftOptions } from "./modelOptions.ts";
import styles from "./SettingsPage.module.css";
import { useSaveSettings } from "./useSaveSettings.ts";

/** Which small model guesses ahead for the one that writes. */
export function DraftSetting({
  value,
  models,
}: {
  readonly value: Settings["draftModel"];
  readonly models: readonly Model[];
}): ReactNode {
  const strings = useStrings();
  const { settings: words } = strings;
  const { save, error, busy } = useSaveSettings();
  const hint =
    value === "auto" ? words.draftAuto : value === "off" ? words.draftOff : words.draftOwn;
  return (
    <div className={styles["setting"]}>
      <Select
        label={words.draft}
        hint={hint}
        layout="row"
        value={value}
        busy={busy}
        options={draftOptions(value, models, strings)}
        onChange={(draftModel) => void save({ draftModel })}
      />
      {error && <InlineError error={error} />}
    </div>
  );
}
