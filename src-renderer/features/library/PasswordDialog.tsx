import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { TextField } from "../../ui/TextField.tsx";

export interface PasswordDialogProps {
  /** Of the document. */
  readonly name: string;
  /** Tries the password. Rejects with `file-encrypted` where it is the wrong one. */
  readonly onTry: (password: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for the password of an encrypted document until one opens it. */
export function PasswordDialog({ name, onTry, onClose }: PasswordDialogProps): ReactNode {
  const { library, common } = useStrings();
  const words = library.password;
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState(false);
  const [error, setError] = useState<ErrorData | null>(null);
  const [busy, setBusy] = useState(false);

  const type = (text: string): void => {
    setPassword(text);
    setWrong(false);
    setError(null);
  };
  const open = async (): Promise<void> => {
    if (password === "" || busy) return;
    setBusy(true);
    try {
      await onTry(password);
      onClose();
    } catch (failure) {
      const data = toErrorData(failure);
      // A wrong password is a matter of the field; the rest is told in full.
      if (data.code === "file-encrypted") setWrong(true);
      else setError(data);
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onOpenChange={(shown) => !shown && onClose()}
      size="small"
      title={words.title}
      description={words.description(name)}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            variant="primary"
            busy={busy}
            busyLabel={words.opening}
            disabled={password === ""}
            onClick={() => void open()}
          >
            {words.confirm}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <TextField
          type="password"
          label={words.label}
          hint={words.hint}
          error={wrong ? words.wrong : undefined}
          value={password}
          onChange={type}
        />
        {error && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}
