import { ArrowUp, createLucideIcon, Paperclip } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, type Ref } from "react";
import type { PinnedPassage } from "../../../src-main/contract/chat.ts";
import type { ChatId, CollectionId, DocumentId } from "../../../src-main/contract/ids.ts";
import { shownShortcut } from "../../lib/shortcuts/registry.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { GrowingTextarea } from "../../ui/GrowingTextarea.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { AttachDialog } from "./AttachDialog.tsx";
import { attachFiles, attachText, longPasteCharacters, useAttaching } from "./attachments.ts";
import { Attachments } from "./Attachments.tsx";
import { PinnedChips } from "./PinnedChips.tsx";
import styles from "./Composer.module.css";

/** A filled square, as every player has it. */
const StopSign = createLucideIcon("stop-sign", [
  ["rect", { x: 6, y: 6, width: 12, height: 12, rx: 2, fill: "currentColor", key: "square" }],
]);

export interface ComposerProps {
  /** Null: the chat does not exist yet. */
  readonly chatId: ChatId | null;
  readonly text: string;
  readonly onTextChange: (text: string) => void;
  readonly documentIds: readonly DocumentId[];
  readonly collectionIds: readonly CollectionId[];
  /** Files that go with this message alone. */
  readonly attachmentIds: readonly DocumentId[];
  readonly pinned: readonly PinnedPassage[];
  readonly onScopeChange: (scope: {
    documentIds?: DocumentId[];
    collectionIds?: CollectionId[];
  }) => void;
  /** Whether the dialog for what the chat asks is open. */
  readonly attaching: boolean;
  readonly onAttaching: (open: boolean) => void;
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly onSend: () => void;
  readonly onStop: () => void;
  readonly onEditLast: () => void;
  readonly inputRef?: Ref<HTMLTextAreaElement> | undefined;
}

/** Where messages are written. What was typed is never lost: it is the caller's state. */
export function Composer({
  chatId,
  text,
  onTextChange,
  documentIds,
  collectionIds,
  attachmentIds,
  pinned,
  onScopeChange,
  attaching,
  onAttaching,
  busy,
  disabled,
  onSend,
  onStop,
  onEditLast,
  inputRef,
}: ComposerProps): ReactNode {
  const { chat } = useStrings();
  const sending = useAttaching((state) => state.sending.length > 0);
  const asks =
    documentIds.length + collectionIds.length + attachmentIds.length > 0 ||
    pinned.some(({ gone }) => !gone);
  const canSend = text.trim() !== "" && !busy && !disabled && !sending;
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>): void => {
    const files = [...event.clipboardData.files];
    const pasted = event.clipboardData.getData("text/plain");
    if (pasted === "" && files.length > 0) {
      event.preventDefault();
      void attachFiles(chatId, files);
    } else if (pasted.length > longPasteCharacters) {
      event.preventDefault();
      void attachText(chatId, pasted);
    }
  };
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
    <div className={styles["composer"]} data-message-drop>
      <PinnedChips chatId={chatId} pinned={pinned} />
      <Attachments
        chatId={chatId}
        documentIds={documentIds}
        collectionIds={collectionIds}
        attachmentIds={attachmentIds}
        onChange={onScopeChange}
        onMore={() => onAttaching(true)}
      />
      <GrowingTextarea
        ref={inputRef}
        variant="bare"
        label={chat.composer}
        placeholder={asks ? chat.placeholderDocuments : chat.placeholder}
        value={text}
        onChange={onTextChange}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        minRows={1}
        maxRows={12}
      />
      <div className={styles["bar"]}>
        <IconButton icon={Paperclip} label={chat.attach} onClick={() => onAttaching(true)} />
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
        onOpenChange={onAttaching}
        documentIds={documentIds}
        collectionIds={collectionIds}
        onChange={onScopeChange}
        onFiles={(files) => void attachFiles(chatId, files)}
      />
    </div>
  );
}
