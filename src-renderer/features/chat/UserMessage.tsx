import { FileText, Folder, Pencil } from "lucide-react";
import { memo, useState, type KeyboardEvent, type ReactNode } from "react";
import type { Collection } from "../../../src-main/contract/collections.ts";
import type { Message } from "../../../src-main/contract/chat.ts";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { collectionList, documentList, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
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

const shownDocuments = 12;
const noDocuments: readonly DocumentRow[] = [];
const noCollections: readonly Collection[] = [];

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
  const { chat, attach, locale } = useStrings();
  const { documentIds, collectionIds } = message;
  // A message that asks no document does not follow the list of documents.
  const documents = useMirror(documentList, (state) =>
    documentIds.length === 0 ? noDocuments : state.documents,
  );
  const collections = useMirror(collectionList, (state) =>
    collectionIds.length === 0 ? noCollections : state.collections,
  );
  const asked = new Set(documentIds);
  const attached = (documents ?? noDocuments).filter((row) => asked.has(row.id));
  const sets = (collections ?? noCollections).filter(({ id }) => collectionIds.includes(id));
  if (editing) return <MessageEditor message={message} onDone={() => onEdit(false)} />;
  return (
    <article className={styles["user"]} aria-label={chat.you}>
      <div className={styles["bubble"]} data-selectable>
        {message.text}
        {attached.length + sets.length > 0 && (
          <span className={styles["attachments"]}>
            {sets.map(({ id, name }) => (
              <Badge key={id} icon={Folder}>
                {name}
              </Badge>
            ))}
            {attached.slice(0, shownDocuments).map((row) => (
              <Badge key={row.id} icon={FileText}>
                {row.name}
              </Badge>
            ))}
            {attached.length > shownDocuments && (
              <Badge>{attach.more(formatCount(attached.length - shownDocuments, locale))}</Badge>
            )}
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
    const { chatId, parentId, documentIds, collectionIds } = message;
    // Its attachments are among the documents of the message, and go with the new version too.
    void sendMessage({ chatId, parentId, text, documentIds, collectionIds, attachmentIds: [] });
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
