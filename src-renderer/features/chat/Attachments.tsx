import { FileText, FileWarning, Folder, Paperclip, Type } from "lucide-react";
import type { ReactNode } from "react";
import type { ChatId, CollectionId, DocumentId } from "../../../src-main/contract/ids.ts";
import { collectionList, documentList, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { detach, pasteAsText, useAttaching } from "./attachments.ts";
import { Chip } from "./Chip.tsx";
import styles from "./Composer.module.css";

/** More are a number, and are seen in the dialog. */
const shownDocuments = 12;

export interface AttachmentsProps {
  readonly chatId: ChatId | null;
  readonly documentIds: readonly DocumentId[];
  readonly collectionIds: readonly CollectionId[];
  /** Files that go with the next message alone. */
  readonly attachmentIds: readonly DocumentId[];
  readonly onChange: (scope: {
    documentIds?: DocumentId[];
    collectionIds?: CollectionId[];
  }) => void;
  readonly onMore: () => void;
}

/** What the next message asks, as chips that can be taken off. */
export function Attachments({
  chatId,
  documentIds,
  collectionIds,
  attachmentIds,
  onChange,
  onMore,
}: AttachmentsProps): ReactNode {
  const { chat, attach, common, locale } = useStrings();
  const documents = useMirror(documentList, (state) => state.documents) ?? [];
  const collections = useMirror(collectionList, (state) => state.collections) ?? [];
  const { sending, error, pasted } = useAttaching();
  const asked = new Set(documentIds);
  const own = new Set(attachmentIds);
  const rows = documents.filter(({ id }) => asked.has(id) && !own.has(id));
  const files = documents.filter(({ id }) => own.has(id));
  const sets = collections.filter(({ id }) => collectionIds.includes(id));
  const failed = files.filter((row) => row.status === "failed" && row.error);
  const count = rows.length + files.length + sets.length + sending.length;
  if (count === 0 && !error) return null;
  return (
    <>
      {count > 0 && (
        <ul className={styles["attached"]} aria-label={chat.attached}>
          {sets.map(({ id, name }) => (
            <Chip
              key={id}
              icon={Folder}
              name={name}
              hint={attach.collectionHint}
              removeLabel={chat.removeAttachment(name)}
              onRemove={() => onChange({ collectionIds: collectionIds.filter((c) => c !== id) })}
            />
          ))}
          {rows.slice(0, shownDocuments).map((row) => (
            <Chip
              key={row.id}
              icon={FileText}
              name={row.name}
              hint={row.path}
              removeLabel={chat.removeAttachment(row.name)}
              onRemove={() => onChange({ documentIds: documentIds.filter((id) => id !== row.id) })}
            />
          ))}
          {rows.length > shownDocuments && (
            <li>
              <button type="button" className={styles["more"]} onClick={onMore}>
                {attach.more(formatCount(rows.length - shownDocuments, locale))}
              </button>
            </li>
          )}
          {files.map((row) => {
            const text = pasted[row.id];
            return (
              <Chip
                key={row.id}
                icon={row.status === "failed" ? FileWarning : Paperclip}
                busy={row.status === "queued" || row.status === "working"}
                name={
                  text === undefined
                    ? row.name
                    : attach.pastedText(formatCount(text.length, locale))
                }
                hint={attach.onlyHint}
                removeLabel={attach.remove(row.name)}
                onRemove={() => void detach(chatId, row.id)}
                action={
                  text !== undefined && (
                    <button
                      type="button"
                      className={styles["chipAction"]}
                      onClick={() => pasteAsText(chatId, row.id)}
                    >
                      <Type size={12} strokeWidth={2} aria-hidden />
                      {attach.pasteAsText}
                    </button>
                  )
                }
              />
            );
          })}
          {sending.map(({ key, name }) => (
            <Chip key={key} icon={Paperclip} busy name={name} hint={attach.sending} />
          ))}
        </ul>
      )}
      {failed.map((row) => row.error && <InlineError key={row.id} error={row.error} />)}
      {error && (
        <InlineError
          error={error}
          actions={
            <button
              type="button"
              className={styles["more"]}
              onClick={() => useAttaching.setState({ error: null })}
            >
              {common.dismiss}
            </button>
          }
        />
      )}
    </>
  );
}
