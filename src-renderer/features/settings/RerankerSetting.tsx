import type { ReactNode } from "react";
import type { Settings } from "../../../src-main/contract/settings.ts";
import { modelsState, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Select } from "../../ui/Select.tsx";
import { rerankerOptions } from "./modelOptions.ts";
import styles from "./SettingsPage.module.css";
import { useSaveSettings } from "./useSaveSettings.ts";

/** Which model puts found passages in order. */
export function RerankerSetting({
  value,
}: {
  readonly value: Settings["rerankerModel"];
}): ReactNode {
  const strings = useStrings();
  const { settings: words } = strings;
  const state = useMirror(modelsState, (models) => models);
  const { save, error, busy } = useSaveSettings();
  const taken = state?.models.find(({ id }) => id === state.rerankerModelId);
  const auto = taken ? words.rerankerNow(taken.id) : words.rerankerNone;
  const hint = value === "auto" ? auto : value === "off" ? words.rerankerOff : words.rerankerOwn;
  return (
    <div className={styles["setting"]}>
      <Select
        label={words.reranker}
        hint={hint}
        layout="row"
        value={value}
        busy={busy}
        options={rerankerOptions(value, state?.models ?? [], strings)}
        onChange={(rerankerModel) => void save({ rerankerModel })}
      />
      {error && <InlineError error={error} />}
    </div>
  );
}
