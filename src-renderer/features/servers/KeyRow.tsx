import { KeyRound } from "lucide-react";
import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { Server } from "../../../src-main/contract/servers.ts";
import { call } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { showToast } from "../../ui/Toast.tsx";
import styles from "./Servers.module.css";

/** Where the key of a server is, and another one in its place. What is kept is never shown. */
export function KeyRow({ server }: { readonly server: Server }): ReactNode {
  const { servers, common } = useStrings();
  const words = servers.key;
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState<"replace" | "remove" | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const hasKey = server.key !== "none";

  const close = (): void => {
    setOpen(false);
    setKey("");
    setError(null);
  };
  const save = async (wanted: string | null): Promise<void> => {
    if (busy || wanted === "") return;
    setBusy(wanted === null ? "remove" : "replace");
    setError(null);
    try {
      await call("servers.update", { server: server.id, key: wanted });
      showToast({
        text: wanted === null ? words.removed(server.name) : words.replaced(server.name),
      });
      close();
    } catch (failure) {
      setError(toErrorData(failure));
    } finally {
      setBusy(null);
    }
  };

  if (!open)
    return (
      <div className={styles["row"]}>
        <p className={`${styles["what"]} ${styles["hint"]}`}>{hasKey ? words.kept : words.none}</p>
        <Button
          icon={KeyRound}
          aria-label={`${hasKey ? words.replace : words.add}: ${server.name}`}
          onClick={() => setOpen(true)}
        >
          {hasKey ? words.replace : words.add}
        </Button>
      </div>
    );
  return (
    <form
      className={styles["row"]}
      onSubmit={(event) => {
        event.preventDefault();
        void save(key.trim());
      }}
    >
      <div className={styles["form"]}>
        <TextField
          label={words.label(server.name)}
          hint={server.key === "file" ? words.keyFileHint : words.hint}
          type="password"
          autoFocus
          value={key}
          onChange={setKey}
        />
        {error && <InlineError error={error} />}
        <div className={styles["buttons"]}>
          <Button
            type="submit"
            variant="primary"
            busy={busy === "replace"}
            busyLabel={words.saving}
            disabled={key.trim() === ""}
          >
            {words.confirm}
          </Button>
          {hasKey && (
            <Button
              busy={busy === "remove"}
              busyLabel={words.saving}
              onClick={() => void save(null)}
            >
              {words.remove}
            </Button>
          )}
          <Button onClick={close}>{common.cancel}</Button>
        </div>
      </div>
    </form>
  );
}
