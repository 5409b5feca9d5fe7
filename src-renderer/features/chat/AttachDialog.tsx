import { FilePlus } from "lucide-react";
import type { ReactNode } from "react";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import { documentList, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { pickDocuments } from "../library/addDocuments.ts";
import styles from "./AttachDialog.module.css";

export interface AttachDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly chosen: readonly DocumentId[];
  readonly onChange: (chosen: DocumentId[]) => void;
}

/** Chooses which documents of the library a chat asks. */
export function AttachDialog({
  open,
  onOpenChange,
  chosen,
  onChange,
}: AttachDialogProps): ReactNode {
  const { chat, common } = useStrings();
  const documents = useMirror(documentList, (state) => state.documents) ?? [];
  const usable = documents.filter((row) => row.status !== "failed");
  const all = usable.length > 0 && usable.every((row) => chosen.includes(row.id));
  const toggle = (id: DocumentId, on: boolean): void =>
    onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id));
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={chat.attachTitle}
      description={chat.attachDescription}
      footer={
        <>
          <Button icon={FilePlus} onClick={() => void pickDocuments()}>
            {chat.addFiles}
          </Button>
          <Button variant="primary" onClick={() => onOpenChange(false)}>
            {common.done}
          </Button>
        </>
      }
    >
      {usable.length === 0 ? (
        <p className={styles["none"]}>{chat.attachNone}</p>
      ) : (
        <ul className={styles["list"]}>
          <li>
            <label className={styles["row"]}>
              <input
                type="checkbox"
                checked={all}
                onChange={(event) =>
                  onChange(event.target.checked ? usable.map((row) => row.id) : [])
                }
              />
              <strong>{chat.attachAll}</strong>
            </label>
          </li>
          {usable.map((row) => (
            <li key={row.id}>
              <label className={styles["row"]}>
                <input
                  type="checkbox"
                  checked={chosen.includes(row.id)}
                  onChange={(event) => toggle(row.id, event.target.checked)}
                />
                <span className={styles["name"]} title={row.path}>
                  {row.name}
                </span>
                {row.status !== "ready" && <span className={styles["meta"]}>{chat.notReady}</span>}
              </label>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
