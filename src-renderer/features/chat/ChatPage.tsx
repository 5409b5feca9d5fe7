import { ArrowDown, Download, MessageSquare, SlidersHorizontal } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { messagePath } from "../../../src-main/contract/messagePath.ts";
import type { ChatId, CollectionId, DocumentId } from "../../../src-main/contract/ids.ts";
import { chatList, modelsState, useMirror } from "../../api/engine.ts";
import { told } from "../../app/failures.ts";
import { copyText } from "../../lib/copyText.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { PageShell } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { FirstRun } from "../models/FirstRun.tsx";
import { AnswerMessage } from "./AnswerMessage.tsx";
import { ChatOptions } from "./ChatOptions.tsx";
import { attachFiles } from "./attachments.ts";
import { registerChatCommands } from "./chatCommands.ts";
import {
  dismissError,
  openChat,
  sendMessage,
  stopAnswer,
  updateChat,
  useChats,
} from "./chatStore.ts";
import { Composer } from "./Composer.tsx";
import { setDraft, useDraft } from "./drafts.ts";
import { exportItems } from "./exportChat.ts";
import { FindBar } from "./FindBar.tsx";
import { branchOf } from "./messageTree.ts";
import { ModelPicker } from "./ModelPicker.tsx";
import { usePinned } from "./pins.ts";
import { switchModel } from "./switchModel.ts";
import { SwitchLine } from "./SwitchLine.tsx";
import { useFollowEnd } from "./useFollowEnd.ts";
import { UserMessage } from "./UserMessage.tsx";
import styles from "./ChatPage.module.css";

const noDocuments: readonly DocumentId[] = [];
const noCollections: readonly CollectionId[] = [];

/** One conversation, or the place where a new one begins. */
export function ChatPage({ chatId }: { chatId: ChatId | null }): ReactNode {
  const { chat: words, app } = useStrings();
  const open = useChats((state) => (chatId === null ? undefined : state.chats[chatId]));
  const loadError = useChats((state) => state.loadError);
  const draft = useDraft(chatId);
  const models = useMirror(modelsState, (state) => state);
  const answeringId = open?.chat.modelId ?? models?.chatModelId;
  const server = models?.models.find(({ id }) => id === answeringId)?.server;
  const title = useMirror(
    chatList,
    (state) => state.chats.find((row) => row.id === chatId)?.title ?? "",
  );
  const composer = useRef<HTMLTextAreaElement>(null);
  const { scroller, content, atEnd, jumpToEnd } = useFollowEnd();
  const [editing, setEditing] = useState<string | null>(null);
  const [options, setOptions] = useState(false);
  const [attaching, setAttaching] = useState(false);
  const [finding, setFinding] = useState(false);

  useEffect(() => {
    if (chatId !== null && !useChats.getState().chats[chatId]) void openChat(chatId);
    jumpToEnd();
    composer.current?.focus();
  }, [chatId, jumpToEnd]);

  const messages = open?.messages;
  const leaf = open?.chat.activeLeafId ?? null;
  const path = useMemo(() => messagePath(messages ?? [], leaf), [messages, leaf]);
  const busy = open?.live !== null && open !== undefined;
  const documentIds = draft.documentIds ?? open?.chat.documentIds ?? noDocuments;
  const collectionIds = draft.collectionIds ?? open?.chat.collectionIds ?? noCollections;
  const pinned = usePinned(chatId);
  const { attachmentIds } = draft;
  const asks =
    documentIds.length + collectionIds.length + attachmentIds.length > 0 ||
    pinned.some(({ gone }) => !gone);
  const noModel = models !== undefined && models.chatModelId === null;

  const editLast = (): void => {
    const last = path.findLast((message) => message.role === "user");
    if (last) setEditing(last.id);
  };
  const send = (): void => {
    const text = draft.text.trim();
    if (text === "" || busy) return;
    // The chat keeps what it asks; the next new chat begins without.
    const scope =
      chatId === null
        ? { documentIds: undefined, collectionIds: undefined, pinned: undefined }
        : {};
    setDraft(chatId, { text: "", attachmentIds: [], ...scope });
    jumpToEnd();
    void sendMessage({
      chatId,
      parentId: leaf,
      text,
      documentIds: [...documentIds],
      collectionIds: [...collectionIds],
      attachmentIds: [...attachmentIds],
      pinned: [...pinned],
    });
  };
  const changeScope = (scope: {
    documentIds?: DocumentId[];
    collectionIds?: CollectionId[];
  }): void => {
    setDraft(chatId, scope);
    if (chatId !== null) void updateChat(chatId, scope);
  };
  const stop = (): void => {
    if (chatId !== null) void stopAnswer(chatId);
  };

  useEffect(() =>
    registerChatCommands({
      stop,
      chooseDocuments: () => setAttaching(true),
      focusComposer: () => composer.current?.focus(),
      attachFiles: (files) => void attachFiles(chatId, files),
      findInChat: () => setFinding(true),
      copyLastAnswer: () => {
        const last = path.findLast((message) => message.role === "assistant");
        if (last) void told(() => copyText(last.text));
      },
    }),
  );

  return (
    <PageShell
      label={words.conversation}
      header={
        <>
          <h1 className={styles["title"]}>{title || app.untitled}</h1>
          <ModelPicker
            modelId={open?.chat.modelId ?? null}
            onChange={chatId === null ? null : (modelId) => void switchModel(chatId, modelId)}
          />
          {open && path.length > 0 && (
            <Menu items={exportItems(open.chat.id)} align="end">
              <IconButton icon={Download} label={words.exportChat} disabled={busy} />
            </Menu>
          )}
          {open && (
            <IconButton
              icon={SlidersHorizontal}
              label={words.chatOptions}
              onClick={() => setOptions(true)}
            />
          )}
        </>
      }
    >
      {finding && <FindBar content={content} onClose={() => setFinding(false)} />}
      <div ref={scroller} className={styles["scroller"]} tabIndex={-1}>
        <div ref={content} className={styles["column"]}>
          {chatId !== null &&
            !open &&
            (loadError ? (
              <InlineError error={loadError} />
            ) : (
              <Skeleton label={words.conversation} />
            ))}
          {chatId === null && loadError && <InlineError error={loadError} />}
          {path.length === 0 && (chatId === null || open) && (
            <div className={styles["empty"]}>
              {noModel ? (
                <FirstRun />
              ) : (
                <EmptyState icon={MessageSquare} title={words.emptyTitle}>
                  {server ? words.emptyOnServer(server.host) : words.emptyText}{" "}
                  {words.emptyWithDocuments}
                </EmptyState>
              )}
            </div>
          )}
          {path.map((message) =>
            message.role === "user" ? (
              <UserMessage
                key={message.id}
                message={message}
                branch={branchOf(messages ?? [], message)}
                busy={busy}
                editing={editing === message.id}
                onEdit={(on) => setEditing(on ? message.id : null)}
              />
            ) : (
              <AnswerMessage
                key={message.id}
                message={message}
                branch={branchOf(messages ?? [], message)}
                live={open?.live?.messageId === message.id ? open.live : null}
                busy={busy}
              />
            ),
          )}
          {open?.error && chatId !== null && (
            <InlineError
              error={open.error}
              actions={<Button onClick={() => dismissError(chatId)}>{words.dismiss}</Button>}
            />
          )}
        </div>
      </div>
      <div className={styles["bottom"]}>
        {!atEnd && (
          <div className={styles["jump"]}>
            <Button icon={ArrowDown} onClick={jumpToEnd}>
              {words.jumpToLatest}
            </Button>
          </div>
        )}
        {chatId !== null && <SwitchLine chatId={chatId} />}
        <Composer
          inputRef={composer}
          text={draft.text}
          onTextChange={(text) => setDraft(chatId, { text })}
          chatId={chatId}
          documentIds={documentIds}
          collectionIds={collectionIds}
          attachmentIds={attachmentIds}
          pinned={pinned}
          onScopeChange={changeScope}
          attaching={attaching}
          onAttaching={setAttaching}
          busy={busy}
          disabled={noModel && !asks}
          onSend={send}
          onStop={stop}
          onEditLast={editLast}
        />
      </div>
      {open && options && <ChatOptions chat={open.chat} open={options} onOpenChange={setOptions} />}
    </PageShell>
  );
}
