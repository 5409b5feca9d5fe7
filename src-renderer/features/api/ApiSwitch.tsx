import type { ReactNode } from "react";
import type { Settings } from "../../../src-main/contract/settings.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { useSaveSettings } from "../settings/useSaveSettings.ts";
import styles from "./ApiPage.module.css";
import { ApiStatus } from "./ApiStatus.tsx";

/** Whether programs may use Hearth, and what became of it. */
export function ApiSwitch({ settings }: { readonly settings: Settings }): ReactNode {
  const { api: words } = useStrings();
  const { save, error, busy } = useSaveSettings();
  return (
    <div className={styles["group"]}>
      <Switch
        label={words.switch}
        hint={words.switchHint}
        checked={settings.apiOn}
        busy={busy}
        onChange={(on) => void save({ apiOn: on })}
      />
      {error && <InlineError error={error} />}
      <ApiStatus settings={settings} />
    </div>
  );
}
