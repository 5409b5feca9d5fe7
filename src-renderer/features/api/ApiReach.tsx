import { useState, type ReactNode } from "react";
import type { Settings } from "../../../src-main/contract/settings.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { AlertDialog } from "../../ui/AlertDialog.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useSaveSettings } from "../settings/useSaveSettings.ts";
import { parseWholeNumber } from "../settings/wholeNumber.ts";
import styles from "./ApiPage.module.css";

/** As the contract bounds it. */
const leastPort = 1024;
const mostPort = 65_535;

/** Where programs reach the API: at which port, and from which computers. */
export function ApiReach({ settings }: { readonly settings: Settings }): ReactNode {
  return (
    <>
      <PortSetting port={settings.apiPort} />
      <OpenSetting open={settings.apiOpen} offline={settings.offline} />
    </>
  );
}

function PortSetting({ port }: { readonly port: number }): ReactNode {
  const { api: words } = useStrings();
  const { save, error, busy } = useSaveSettings();
  const [draft, setDraft] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  // Not while it is typed: each change ends what is being answered.
  const settle = async (): Promise<void> => {
    if (draft === null) return;
    const wanted = parseWholeNumber(draft, leastPort, mostPort);
    setWrong(wanted === null);
    if (wanted === null) return;
    if (wanted === port || (await save({ apiPort: wanted }))) setDraft(null);
  };
  return (
    <div className={styles["group"]}>
      <TextField
        label={words.port}
        hint={words.portHint}
        layout="row"
        inputMode="numeric"
        busy={busy}
        error={wrong ? words.portLow : undefined}
        // A port is a name, not an amount: no separators.
        value={draft ?? String(port)}
        onChange={(text) => {
          setWrong(false);
          setDraft(text);
        }}
        onBlur={() => void settle()}
        onKeyDown={(event) => event.key === "Enter" && void settle()}
      />
      {error && <InlineError error={error} />}
    </div>
  );
}

function OpenSetting({
  open,
  offline,
}: {
  readonly open: boolean;
  readonly offline: boolean;
}): ReactNode {
  const { api: words } = useStrings();
  const { save, error, busy } = useSaveSettings();
  const [asking, setAsking] = useState(false);
  const reached = open && !offline;
  return (
    <div className={styles["group"]}>
      <Switch
        label={words.open}
        hint={
          <span className={reached ? styles["warning"] : undefined}>
            {reached ? words.openOn : open ? words.openLocked : words.openOff}
          </span>
        }
        checked={open}
        busy={busy}
        onChange={(wanted) => {
          if (wanted) setAsking(true);
          else void save({ apiOpen: false });
        }}
      />
      {error && <InlineError error={error} />}
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.openTitle}
        description={words.openText}
        confirmLabel={words.openConfirm}
        busy={busy}
        onConfirm={() => void save({ apiOpen: true }).then(() => setAsking(false))}
      />
    </div>
  );
}
