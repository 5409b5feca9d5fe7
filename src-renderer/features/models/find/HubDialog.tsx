import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import type { Settings } from "../../../../src-main/contract/settings.ts";
import { call, hubState, settingsState, useMirror } from "../../../api/engine.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { InlineError } from "../../../ui/InlineError.tsx";
import { TextField } from "../../../ui/TextField.tsx";
import { useSaveSettings } from "../../settings/useSaveSettings.ts";
import styles from "./Find.module.css";

/** Where models are searched, who asks, and how quickly they are fetched. */
export function HubDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { hub, common } = useStrings();
  const words = hub.settings;
  const settings = useMirror(settingsState, (state) => state);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      description={words.description}
      footer={<Button onClick={onClose}>{common.close}</Button>}
    >
      {settings && (
        <div className={styles["stack"]}>
          <Endpoint settings={settings} />
          <Token />
          <Limit settings={settings} />
        </div>
      )}
    </Dialog>
  );
}

function Endpoint({ settings }: { readonly settings: Settings }): ReactNode {
  const { hub, common } = useStrings();
  const words = hub.settings;
  const problem = useMirror(hubState, (state) => state.endpointProblem) ?? null;
  const [text, setText] = useState(settings.hubEndpoint ?? "");
  const { save, error, busy } = useSaveSettings();
  return (
    <form
      className={styles["stack"]}
      onSubmit={(event) => {
        event.preventDefault();
        void save({ hubEndpoint: text.trim() === "" ? null : text.trim() });
      }}
    >
      <div className={styles["field"]}>
        <TextField
          label={words.endpoint}
          type="url"
          placeholder={`https://${words.usual}`}
          hint={words.endpointHint(words.usual)}
          error={problem ?? undefined}
          value={text}
          onChange={setText}
        />
        <Button type="submit" busy={busy} disabled={text.trim() === (settings.hubEndpoint ?? "")}>
          {common.save}
        </Button>
      </div>
      {error && <InlineError error={error} />}
    </form>
  );
}

function Token(): ReactNode {
  const { hub } = useStrings();
  const words = hub.settings;
  const state = useMirror(hubState, ({ token }) => token) ?? "none";
  const [text, setText] = useState("");
  const [error, setError] = useState<ErrorData | null>(null);
  const set = async (token: string | null): Promise<void> => {
    setError(null);
    try {
      await call("hub.setToken", { token });
      setText("");
    } catch (failure) {
      setError(toErrorData(failure));
    }
  };
  return (
    <form
      className={styles["stack"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") void set(text.trim());
      }}
    >
      <div className={styles["field"]}>
        <TextField
          label={words.token}
          type="password"
          hint={`${words.tokenHint} ${words.tokenStates[state]}`}
          value={text}
          onChange={setText}
        />
        <Button type="submit" disabled={text.trim() === ""}>
          {words.setToken}
        </Button>
        {state !== "none" && <Button onClick={() => void set(null)}>{words.removeToken}</Button>}
      </div>
      {error && <InlineError error={error} />}
    </form>
  );
}

const megabyte = 1e6;

function Limit({ settings }: { readonly settings: Settings }): ReactNode {
  const { hub, common } = useStrings();
  const words = hub.settings;
  const { downloadBytesPerSecond: limit } = settings;
  const [text, setText] = useState(limit === null ? "" : String(limit / megabyte));
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const { save, error, busy } = useSaveSettings();
  const submit = (): void => {
    const trimmed = text.trim().replace(",", ".");
    const value = trimmed === "" ? null : Number(trimmed);
    const isFit = value === null || (value >= 0.01 && value <= 100_000);
    setProblem(isFit ? undefined : words.limitProblem);
    if (isFit)
      void save({ downloadBytesPerSecond: value === null ? null : Math.round(value * megabyte) });
  };
  return (
    <form
      className={styles["stack"]}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={styles["field"]}>
        <TextField
          label={words.limit}
          inputMode="decimal"
          hint={words.limitHint}
          error={problem}
          value={text}
          onChange={setText}
          trailing={<span className={styles["note"]}>{words.limitUnit}</span>}
        />
        <Button
          type="submit"
          busy={busy}
          disabled={text.trim() === (limit === null ? "" : String(limit / megabyte))}
        >
          {common.save}
        </Button>
      </div>
      {error && <InlineError error={error} />}
    </form>
  );
}
