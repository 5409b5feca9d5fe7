import { useEffect, useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import type { AppModel } from "../../../../src-main/contract/hub.ts";
import { call } from "../../../api/engine.ts";
import { formatBytes } from "../../../lib/formatBytes.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Badge } from "../../../ui/Badge.tsx";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { InlineError } from "../../../ui/InlineError.tsx";
import { Skeleton } from "../../../ui/Skeleton.tsx";
import { showToast } from "../../../ui/Toast.tsx";
import styles from "./Find.module.css";

/** Models that other programs keep on this computer, to be used where they lie. */
export function AppModelsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { hub, common, locale } = useStrings();
  const words = hub.apps;
  const [models, setModels] = useState<readonly AppModel[] | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [failed, setFailed] = useState<readonly { path: string; reason: string }[]>([]);
  const [error, setError] = useState<ErrorData | null>(null);
  const [busy, setBusy] = useState(false);

  const look = async (): Promise<void> => {
    try {
      const found = (await call("hub.findAppModels", {})).models;
      setModels(found);
      setChosen(new Set(found.filter(({ known }) => !known).map(({ path }) => path)));
    } catch (failure) {
      setError(toErrorData(failure));
    }
  };
  useEffect(() => {
    void look();
  }, []);
  const toggle = (path: string): void => {
    const others = new Set(chosen);
    if (!others.delete(path)) others.add(path);
    setChosen(others);
  };
  const add = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const result = await call("hub.addAppModels", { paths: [...chosen] });
      setFailed(result.failed);
      showToast({ text: words.added(result.added) });
      if (result.failed.length === 0) onClose();
      else await look();
    } catch (failure) {
      setError(toErrorData(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="large"
      title={words.title}
      description={words.description}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            variant="primary"
            busy={busy}
            busyLabel={words.adding}
            disabled={chosen.size === 0}
            onClick={() => void add()}
          >
            {words.add(chosen.size)}
          </Button>
        </>
      }
    >
      <div className={styles["stack"]}>
        {!models && !error && <Skeleton label={words.looking} lines={3} />}
        {models?.length === 0 && <p>{words.none}</p>}
        {error && <InlineError error={error} />}
        {models && models.length > 0 && (
          <ul className={styles["list"]} aria-label={words.title}>
            {models.map((model) => (
              <li key={model.path} className={styles["row"]}>
                <label className={styles["what"]}>
                  <span className={styles["name"]}>
                    <input
                      type="checkbox"
                      checked={chosen.has(model.path)}
                      disabled={model.known}
                      onChange={() => toggle(model.path)}
                    />
                    {model.name}
                    <Badge>{model.app}</Badge>
                    {model.known && <Badge tone="ok">{words.known}</Badge>}
                  </span>
                  <span className={styles["note"]}>
                    {formatBytes(model.bytes, locale)} · {model.path}
                  </span>
                </label>
              </li>
            ))}
          </ul>
        )}
        {failed.map(({ path, reason }) => (
          <p key={path} className={styles["note"]} role="alert">
            {words.failed(path, reason)}
          </p>
        ))}
      </div>
    </Dialog>
  );
}
