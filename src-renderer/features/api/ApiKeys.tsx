import { KeyRound, Trash2 } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import type { ApiKey } from "../../../src-main/contract/apiKeys.ts";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import { apiKeysState, call, useMirror } from "../../api/engine.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { TextField } from "../../ui/TextField.tsx";
import styles from "./ApiPage.module.css";
import { describeUse } from "./describeUse.ts";

/** A key that has just been made; its text is known here and nowhere else. */
export interface FreshKey {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
}

/** The keys that programs have, and a new one for the next. */
export function ApiKeys({
  fresh,
  onFresh,
}: {
  readonly fresh: FreshKey | null;
  readonly onFresh: (fresh: FreshKey | null) => void;
}): ReactNode {
  const strings = useStrings();
  const { api: words } = strings;
  const keys = useMirror(apiKeysState, (state) => state.apiKeys) ?? [];
  const [deleting, setDeleting] = useState<ApiKey | null>(null);
  return (
    <>
      {keys.length === 0 ? (
        <p className={styles["hint"]}>{words.noKeys}</p>
      ) : (
        <ul className={styles["keys"]} aria-label={words.keys}>
          {keys.map((apiKey) => (
            <li key={apiKey.id} className={styles["key"]}>
              <div className={styles["keyWords"]}>
                <p className={styles["keyName"]}>{apiKey.name}</p>
                <p className={styles["hint"]}>{describeKey(apiKey, strings)}</p>
              </div>
              <IconButton
                icon={Trash2}
                label={words.deleteKey(apiKey.name)}
                onClick={() => setDeleting(apiKey)}
              />
            </li>
          ))}
        </ul>
      )}
      {fresh && <NewKey fresh={fresh} onDone={() => onFresh(null)} />}
      <CreateKey onCreated={onFresh} />
      {deleting && (
        <ConfirmDialog
          title={words.deleteTitle(deleting.name)}
          text={words.deleteText}
          confirmLabel={words.deleteConfirm}
          action={async () => {
            await call("keys.remove", { name: deleting.id });
            if (deleting.id === fresh?.id) onFresh(null);
          }}
          onClose={() => setDeleting(null)}
        />
      )}
    </>
  );
}

function describeKey({ hint, createdAt, usedAt }: ApiKey, { api, locale }: Strings): string {
  return [
    api.endsWith(hint),
    api.made(describeUse(createdAt, locale)),
    usedAt === null ? api.unused : api.used(describeUse(usedAt, locale)),
  ].join(" · ");
}

function CreateKey({ onCreated }: { readonly onCreated: (fresh: FreshKey) => void }): ReactNode {
  const { api: words } = useStrings();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorData | null>(null);
  const create = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || name.trim() === "") return;
    setBusy(true);
    try {
      const { apiKey, secret } = await call("keys.add", { name: name.trim() });
      setError(null);
      setName("");
      onCreated({ id: apiKey.id, name: apiKey.name, secret });
    } catch (failure) {
      setError(toErrorData(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <form className={styles["create"]} onSubmit={(event) => void create(event)}>
        <TextField
          label={words.keyName}
          placeholder={words.keyPlaceholder}
          maxLength={100}
          value={name}
          onChange={setName}
        />
        <Button type="submit" icon={KeyRound} busy={busy} disabled={name.trim() === ""}>
          {words.createKey}
        </Button>
      </form>
      {error && <InlineError error={error} />}
    </>
  );
}

function NewKey({
  fresh,
  onDone,
}: {
  readonly fresh: FreshKey;
  readonly onDone: () => void;
}): ReactNode {
  const { api: words } = useStrings();
  const [refused, setRefused] = useState(false);
  return (
    <section className={styles["newKey"]} aria-label={words.newKey(fresh.name)} role="status">
      <p className={styles["keyName"]}>{words.newKey(fresh.name)}</p>
      <div className={styles["secret"]}>
        <span className={styles["address"]} data-selectable>
          {fresh.secret}
        </span>
        <CopyButton text={fresh.secret} label={words.copyKey} onError={() => setRefused(true)} />
      </div>
      <div className={styles["newKeyFoot"]}>
        <p className={styles["hint"]}>{refused ? words.copyRefused : words.newKeyHint}</p>
        <Button onClick={onDone}>{words.keyCopied}</Button>
      </div>
    </section>
  );
}
