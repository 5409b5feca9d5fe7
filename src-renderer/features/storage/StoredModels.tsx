import { Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { StorageReport, StoredModel } from "../../../src-main/contract/storage.ts";
import { call } from "../../api/engine.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
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
  const nameOf = ({ name, quantization }: StoredModel): string =>
    modelWords.variant(name, quantization);
  const [removing, setRemoving] = useState<StoredModel | null>(null);
  if (models.length === 0) return <p className={styles["hint"]}>{words.none}</p>;
  const bySize = models.toSorted((one, other) => other.bytes - one.bytes);
  return (
    <>
      <ul className={`${styles["list"]} ${styles["models"]}`} aria-label={words.list}>
        {bySize.map((model) => {
          const name = nameOf(model);
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
        <ConfirmDialog
          title={words.removeTitle(nameOf(removing))}
          text={
            removing.bytes === 0
              ? words.removeLink(removing.path)
              : words.removeText(formatBytes(removing.bytes, locale), removing.path)
          }
          confirmLabel={words.removeConfirm}
          action={async () => {
            const { modelId } = removing;
            const { freedBytes, report } = await call("storage.removeModel", { modelId });
            onReport(report);
            const bytes = formatBytes(freedBytes, locale);
            showToast({ text: words.removed(nameOf(removing), bytes) });
          }}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  );
}
