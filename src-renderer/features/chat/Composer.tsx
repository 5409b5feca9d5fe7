import { ArrowUp, createLucideIcon, FileText, Paperclip, X } from "lucide-react";
import { useState, type KeyboardEvent, type ReactNode, type Ref } from "react";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import { documentList, useMirror } from "../../api/engine.ts";
import { shownShortcut } from "../../lib/shortcuts/registry.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { GrowingTextarea } from "../../ui/GrowingTextarea.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { AttachDialog } from "./AttachDialog.tsx";
import styles from "./Composer.module.css";

/** A filled square, as every player has it. */
const StopSign = createLucideIcon("stop-sign", [
  ["rect", { x: 6, y: 6, width: 12, height: 12, rx: 2, fill: "currentColor", key: "square" }],
]);

export interface ComposerProps {
  readonly text: string;
  readonly onTextChange: (text: string) => void;
  readonly documentIds: readonly DocumentId[];
  readonly onDocumentsChange: (documentIds: DocumentId[]) => void;
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly onSend: () => void;
  readonly onStop: () => void;
  readonly onEditLast: () => void;
  readonly inputRef?: Ref<HTMLTextAreaElement> | undefined;
}

/** Where messages are written. What was typed is never lost: it is the caller's state. */
export function Composer({
  text,
  onTextChange,
  documentIds,
  onDocumentsChange,
  busy,
  disabled,
  onSend,
  onStop,
  onEditLast,
  inputRef,
}: ComposerProps): ReactNode {
  const { chat } = useStrings();
  const [attaching, setAttaching] = useState(false);
  const documents = useMirror(documentList, (state) => state.documents);
  const attached = (documents ?? []).filter((row) => documentIds.includes(row.id));
  const canSend = text.trim() !== "" && !busy && !disabled;
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      if (canSend) onSend();
    } else if (event.key === "ArrowUp" && text === "") {
      event.preventDefault();
      onEditLast();
    }
  };
  return (
    <div className={styles["composer"]}>
      {attached.length > 0 && (
        <ul className={styles["attached"]} aria-label={chat.attached}>
          {attached.map((row) => (
            <li key={row.id} className={styles["chip"]}>
              <FileText size={14} strokeWidth={1.75} aria-hidden />
              <span className={styles["chipName"]} title={row.path}>
                {row.name}
              </span>
              <button
                type="button"
                className={styles["chipRemove"]}
                aria-label={chat.removeAttachment(row.name)}
                onClick={() => onDocumentsChange(documentIds.filter((id) => id !== row.id))}
              >
                <X size={12} strokeWidth={2} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <GrowingTextarea
        ref={inputRef}
        variant="bare"
        label={chat.composer}
        placeholder={attached.length > 0 ? chat.placeholderDocuments : chat.placeholder}
        value={text}
        onChange={onTextChange}
        onKeyDown={onKeyDown}
        minRows={1}
        maxRows={12}
      />
      <div className={styles["bar"]}>
        <IconButton icon={Paperclip} label={chat.attach} onClick={() => setAttaching(true)} />
        <span className={styles["grow"]} />
        {busy ? (
          <IconButton
            icon={StopSign}
            label={chat.stop}
            shortcut={shownShortcut("stop")}
            onClick={onStop}
          />
        ) : (
          <IconButton
            icon={ArrowUp}
            variant="primary"
            label={chat.send}
            shortcut="Enter"
            disabled={!canSend}
            onClick={onSend}
          />
        )}
      </div>
      <AttachDialog
        open={attaching}
        onOpenChange={setAttaching}
        chosen={documentIds}
        onChange={onDocumentsChange}
      />
    </div>
  );
}
