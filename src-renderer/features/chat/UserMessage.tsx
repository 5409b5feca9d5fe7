import { FileText, Pencil } from "lucide-react";
import { memo, useState, type KeyboardEvent, type ReactNode } from "react";
import type { Message } from "../../../src-main/contract/chat.ts";
import { documentList, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { GrowingTextarea } from "../../ui/GrowingTextarea.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { BranchSwitch } from "./AnswerMessage.tsx";
import { sendMessage } from "./chatStore.ts";
import type { Branch } from "./messageTree.ts";
import styles from "./Message.module.css";

export interface UserMessageProps {
  readonly message: Message;
  readonly branch: Branch;
  readonly busy: boolean;
  readonly editing: boolean;
  readonly onEdit: (editing: boolean) => void;
}

/** What the user wrote, in a soft box. Editing makes another version; the old one stays. */
export const UserMessage = memo(function UserMessage({
  message,
  branch,
  busy,
  editing,
  onEdit,
}: UserMessageProps): ReactNode {
  const { chat } = useStrings();
  const documents = useMirror(documentList, (state) => state.documents);
  const attached = (documents ?? []).filter((row) => message.documentIds.includes(row.id));
  if (editing) return <MessageEditor message={message} onDone={() => onEdit(false)} />;
  return (
    <article className={styles["user"]} aria-label={chat.you}>
      <div className={styles["bubble"]} data-selectable>
        {message.text}
        {attached.length > 0 && (
          <span className={styles["attachments"]}>
            {attached.map((row) => (
              <Badge key={row.id} icon={FileText}>
                {row.name}
              </Badge>
            ))}
          </span>
        )}
      </div>
      <span className={styles["actions"]}>
        <BranchSwitch chatId={message.chatId} branch={branch} />
        <CopyButton text={message.text} label={chat.copy} />
        <IconButton icon={Pencil} label={chat.edit} disabled={busy} onClick={() => onEdit(true)} />
      </span>
    </article>
  );
});

function MessageEditor({ message, onDone }: { message: Message; onDone: () => void }): ReactNode {
  const { chat, common } = useStrings();
  const [text, setText] = useState(message.text);
  const send = (): void => {
    if (text.trim() === "") return;
    onDone();
    const { chatId, parentId, documentIds } = message;
    void sendMessage({ chatId, parentId, text, documentIds });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onDone();
    } else if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
  };
  return (
    <div className={styles["editor"]} onKeyDown={onKeyDown}>
      <GrowingTextarea
        label={chat.editMessage}
        value={text}
        onChange={setText}
        minRows={2}
        maxRows={16}
        autoFocus
      />
      <div className={styles["editorActions"]}>
        <Button onClick={onDone}>{common.cancel}</Button>
        <Button variant="primary" disabled={text.trim() === ""} onClick={send}>
          {chat.saveEdit}
        </Button>
      </div>
    </div>
  );
}
