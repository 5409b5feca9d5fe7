import { useId, useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import { call } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { showToast } from "../../ui/Toast.tsx";
import styles from "./Servers.module.css";

/** Names a server by its address and key; it is kept once it has said what it offers. */
export function AddServerDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { servers, common } = useStrings();
  const words = servers.dialog;
  const form = useId();
  const [url, setUrl] = useState("");
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [plainHttpAllowed, setPlain] = useState(false);
  const [error, setError] = useState<ErrorData | null>(null);
  const [busy, setBusy] = useState(false);
  // Asked only where it matters: an address at home needs no such word.
  const plainMatters =
    plainHttpAllowed || (error?.code === "not-allowed" && /^http:/iu.test(url.trim()));

  const add = async (): Promise<void> => {
    if (busy || url.trim() === "") return;
    setBusy(true);
    setError(null);
    try {
      const { server } = await call("servers.add", {
        url,
        plainHttpAllowed,
        ...(name.trim() === "" ? {} : { name }),
        ...(key.trim() === "" ? {} : { key }),
      });
      showToast({ text: words.added(server.name) });
      onClose();
    } catch (failure) {
      setError(toErrorData(failure));
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      description={words.description}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            busy={busy}
            busyLabel={words.adding}
            disabled={url.trim() === ""}
          >
            {words.confirm}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <TextField
          label={words.url}
          placeholder={words.urlPlaceholder}
          hint={words.urlHint}
          inputMode="url"
          value={url}
          onChange={setUrl}
        />
        <TextField
          label={words.name}
          hint={words.nameHint}
          maxLength={100}
          value={name}
          onChange={setName}
        />
        <TextField
          label={words.key}
          hint={words.keyHint}
          type="password"
          value={key}
          onChange={setKey}
        />
        {plainMatters && (
          <Switch
            label={words.plain}
            hint={words.plainHint}
            checked={plainHttpAllowed}
            onChange={setPlain}
          />
        )}
        {error && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}
