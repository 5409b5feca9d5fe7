import { Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { StorageReport, StoredModel } from "../../../src-main/contract/storage.ts";
import { call } from "../../api/engine.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { AlertDialog } from "../../ui/AlertDialog.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { showToast } from "../../ui/Toast.tsx";
import { describeStoredModel } from "./describeStored.ts";
import styles from "./Storage.module.css";

/** Every model file with its size and when it was used last; Hearth's own can be deleted. */
export function StoredModels({
  models,
  onReport,
}: {
  readonly models: readonly StoredModel[];
  readonly onReport: (report: StorageReport) => void;
}): ReactNode {
  const strings = useStrings();
  const { storage, models: modelWords, locale } = strings;
  const words = storage.models;
  const [removing, setRemoving] = useState<StoredModel | null>(null);
  if (models.length === 0) return <p className={styles["hint"]}>{words.none}</p>;
  const bySize = models.toSorted((one, other) => other.bytes - one.bytes);
  return (
    <>
      <ul className={`${styles["list"]} ${styles["models"]}`} aria-label={words.list}>
        {bySize.map((model) => {
          const name = modelWords.variant(model.name, model.quantization);
          return (
            <li key={model.modelId} className={styles["row"]}>
              <div className={styles["what"]}>
                <p className={styles["name"]}>{name}</p>
                <p className={styles["hint"]}>{describeStoredModel(model, strings)}</p>
                <p className={styles["hint"]} data-selectable>
                  {model.path}
                </p>
              </div>
              <span className={styles["size"]}>
                {model.bytes > 0 && formatBytes(model.bytes, locale)}
              </span>
              <span className={styles["action"]}>
                {model.place === "own" && model.reachable && (
                  <IconButton
                    icon={Trash2}
                    label={words.remove(name)}
                    onClick={() => setRemoving(model)}
                  />
                )}
              </span>
            </li>
          );
        })}
      </ul>
      {removing && (
        <RemoveDialog model={removing} onReport={onReport} onClose={() => setRemoving(null)} />
      )}
    </>
  );
}

function RemoveDialog({
  model,
  onReport,
  onClose,
}: {
  readonly model: StoredModel;
  readonly onReport: (report: StorageReport) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { storage, models: modelWords, locale } = useStrings();
  const words = storage.models;
  const { modelId, bytes, path } = model;
  const name = modelWords.variant(model.name, model.quantization);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorData | null>(null);
  const remove = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const { freedBytes, report } = await call("storage.removeModel", { modelId });
      onReport(report);
      showToast({ text: words.removed(name, formatBytes(freedBytes, locale)) });
      onClose();
    } catch (failure) {
      setError(toErrorData(failure));
      setBusy(false);
    }
  };
  return (
    <AlertDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.removeTitle(name)}
      description={
        <>
          <p>
            {bytes === 0
              ? words.removeLink(path)
              : words.removeText(formatBytes(bytes, locale), path)}
          </p>
          {error && <InlineError error={error} />}
        </>
      }
      confirmLabel={words.removeConfirm}
      danger
      busy={busy}
      onConfirm={() => void remove()}
    />
  );
}
