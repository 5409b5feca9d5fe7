import { create } from "zustand";
import type { Chat, ChatEvent, Message, Sampling } from "../../../src-main/contract/chat.ts";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type {
  ChatId,
  CollectionId,
  DocumentId,
  MessageId,
} from "../../../src-main/contract/ids.ts";
import type { Citation } from "../../../src-main/contract/search.ts";
import type { StreamCall } from "../../../src-main/rpc/RpcClient.ts";
import { call, chatList, link } from "../../api/engine.ts";
import { reportFailure } from "../../app/failures.ts";
import { useNavigation } from "../../app/navigation.ts";
import { restoreDraft } from "./drafts.ts";
import { newestLeaf } from "./messageTree.ts";

/** An answer that is arriving. */
export interface Live {
  readonly messageId: MessageId;
  /** What is being done before text comes: loading, retrieve, grade, answer, check. */
  readonly step: string;
  /** Place in the queue while the model works on others; 1 is next. */
  readonly place: number | null;
  readonly prompt: { done: number; total: number } | null;
  /** Parts of whole documents that are read; null where none are. */
  readonly parts: { done: number; total: number; leftMs: number | null } | null;
  readonly evidence: readonly Citation[];
}

export interface OpenChat {
  readonly chat: Chat;
  readonly messages: readonly Message[];
  readonly live: Live | null;
  /** A failure that belongs to no message, such as a lost connection while sending. */
  readonly error: ErrorData | null;
}

interface ChatState {
  /** Chats that were opened in this window. */
  readonly chats: Readonly<Record<ChatId, OpenChat>>;
  readonly loadError: ErrorData | null;
}

type Stream = StreamCall<ChatEvent, { message: Message }>;

export const useChats = create<ChatState>(() => ({ chats: {}, loadError: null }));

function patchChat(chatId: ChatId, change: (open: OpenChat) => OpenChat): void {
  useChats.setState(({ chats }) => {
    const open = chats[chatId];
    return open ? { chats: { ...chats, [chatId]: change(open) } } : {};
  });
}

function putMessage(messages: readonly Message[], message: Message): readonly Message[] {
  const at = messages.findIndex((other) => other.id === message.id);
  return at < 0 ? [...messages, message] : messages.with(at, message);
}

/** Reads a chat with all its messages. */
export async function openChat(chatId: ChatId): Promise<void> {
  try {
    const { chat, messages } = await call("chats.get", { chatId });
    useChats.setState(({ chats }) => {
      const open = chats[chatId];
      // What streams here is newer than what the store has.
      if (open?.live) return {};
      return {
        chats: { ...chats, [chatId]: { chat, messages, live: null, error: open?.error ?? null } },
        loadError: null,
      };
    });
  } catch (error) {
    useChats.setState({ loadError: toErrorData(error) });
  }
}

/** So long a message waits for an engine that is being started again. */
const engineWaitMs = 10_000;

/**
 * Sends a message; makes the chat first where there is none yet. Resolves when the answer ended. A
 * message that never reached the engine goes back to where it was typed, and the reason is shown.
 */
export async function sendMessage(input: {
  chatId: ChatId | null;
  parentId: MessageId | null;
  text: string;
  documentIds: DocumentId[];
  collectionIds: CollectionId[];
  /** Files that go with this message alone. */
  attachmentIds: DocumentId[];
}): Promise<void> {
  const { parentId, text, documentIds, collectionIds, attachmentIds } = input;
  let { chatId } = input;
  useChats.setState({ loadError: null });
  try {
    const client = await link.whenReady(engineWaitMs);
    if (chatId === null) {
      const { chat } = await client.call("chats.create", { documentIds, collectionIds });
      chatId = chat.id;
      const opened: OpenChat = { chat, messages: [], live: null, error: null };
      useChats.setState(({ chats }) => ({ chats: { ...chats, [chat.id]: opened } }));
      useNavigation.getState().go({ kind: "chat", chatId });
    }
    const answer = client.stream("chats.send", {
      chatId,
      parentId,
      text,
      documentIds: [...documentIds, ...attachmentIds],
      collectionIds,
    });
    if (!(await follow(chatId, () => answer))) restoreDraft(chatId, { text, attachmentIds });
  } catch (error) {
    // A chat that was not made knows nothing of what it was to ask.
    restoreDraft(
      chatId,
      { text, attachmentIds },
      chatId === null ? { documentIds, collectionIds } : {},
    );
    const reason = toErrorData(error);
    if (chatId === null) useChats.setState({ loadError: reason });
    else patchChat(chatId, (open) => ({ ...open, error: reason }));
  }
}

export async function regenerate(chatId: ChatId, messageId: MessageId): Promise<void> {
  await follow(chatId, () => link.client.stream("chats.regenerate", { chatId, messageId }));
}

export async function continueAnswer(chatId: ChatId, messageId: MessageId): Promise<void> {
  await follow(chatId, () => link.client.stream("chats.continue", { chatId, messageId }));
}

export async function stopAnswer(chatId: ChatId): Promise<void> {
  await told(chatId, () => call("chats.stop", { chatId }));
}

/** Changes a chat; it need not be open here. */
export async function updateChat(
  chatId: ChatId,
  patch: {
    title?: string;
    systemPrompt?: string;
    sampling?: Partial<Sampling>;
    modelId?: Chat["modelId"];
    documentIds?: DocumentId[];
    collectionIds?: CollectionId[];
    activeLeafId?: MessageId;
  },
): Promise<void> {
  await told(chatId, async () => {
    const { chat } = await call("chats.update", { chatId, ...patch });
    patchChat(chatId, (open) => ({ ...open, chat }));
  });
}

/** Shows another version of a turn, down to its newest message. */
export async function showBranch(chatId: ChatId, messageId: MessageId): Promise<void> {
  const open = useChats.getState().chats[chatId];
  if (!open) return;
  const activeLeafId = newestLeaf(open.messages, messageId);
  patchChat(chatId, (now) => ({ ...now, chat: { ...now.chat, activeLeafId } }));
  await updateChat(chatId, { activeLeafId });
}

/** What fails is told in the chat, or over the window where the chat is not open. */
async function told(chatId: ChatId, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!useChats.getState().chats[chatId]) reportFailure(error);
    else patchChat(chatId, (open) => ({ ...open, error: toErrorData(error) }));
  }
}

export function dismissError(chatId: ChatId): void {
  patchChat(chatId, (open) => ({ ...open, error: null }));
}

/** Shows an answer as it comes. @returns whether it began */
async function follow(chatId: ChatId, begin: () => Stream): Promise<boolean> {
  patchChat(chatId, (open) => ({ ...open, error: null }));
  let started = false;
  try {
    const stream = begin();
    for await (const event of stream) {
      started = true;
      patchChat(chatId, (open) => applyEvent(open, event));
    }
    const { message } = await stream.result;
    patchChat(chatId, (open) => ({
      ...open,
      live: null,
      messages: putMessage(open.messages, message),
    }));
  } catch (error) {
    const reason = isCancelled(error) ? null : toErrorData(error);
    patchChat(chatId, (open) => ({
      ...open,
      live: null,
      error: reason,
      messages: open.messages.map((message) =>
        message.status === "streaming" ? { ...message, status: "interrupted" } : message,
      ),
    }));
  }
  return started;
}

export function applyEvent(open: OpenChat, event: ChatEvent): OpenChat {
  switch (event.type) {
    case "started": {
      const messages = event.user ? putMessage(open.messages, event.user) : open.messages;
      const { assistant } = event;
      return {
        ...open,
        chat: { ...open.chat, activeLeafId: assistant.id },
        messages: putMessage(messages, assistant),
        live: {
          messageId: assistant.id,
          step: "",
          place: null,
          prompt: null,
          parts: null,
          evidence: [],
        },
      };
    }
    case "step":
      return withLive(open, { step: event.name });
    case "evidence":
      return withLive(open, { evidence: event.citations });
    case "queued":
      return withLive(open, { place: event.place });
    case "prompt":
      return withLive(open, { prompt: { done: event.done, total: event.total }, place: null });
    case "plan":
      return withLive(open, { parts: { done: 0, total: event.parts, leftMs: null } });
    case "progress":
      return withLive(open, { parts: event, prompt: null, place: null });
    case "notice":
      return withMessage(open, (message) => ({
        ...message,
        droppedMessages: event.droppedMessages,
      }));
    case "delta":
      return withMessage(open, (message) => ({
        ...message,
        text: message.text + event.text,
        reasoning: message.reasoning + event.reasoning,
      }));
  }
}

function withLive(open: OpenChat, patch: Partial<Live>): OpenChat {
  return open.live ? { ...open, live: { ...open.live, ...patch } } : open;
}

function withMessage(open: OpenChat, change: (message: Message) => Message): OpenChat {
  const id = open.live?.messageId;
  return {
    ...open,
    messages: open.messages.map((message) => (message.id === id ? change(message) : message)),
  };
}

/** After the engine was away, open chats are read again: what it acknowledged is what counts. */
export function followEngine(): () => void {
  const stopReady = link.onReady(() => {
    for (const chatId of Object.keys(useChats.getState().chats) as ChatId[]) void openChat(chatId);
  });
  // Another window or the command line may add to a chat that is open here.
  const seen = new Map<ChatId, number>();
  const stopList = chatList.subscribe(({ value }) => {
    for (const row of value?.chats ?? []) {
      const before = seen.get(row.id);
      seen.set(row.id, row.sequence);
      const open = useChats.getState().chats[row.id];
      if (before !== undefined && before !== row.sequence && open && !open.live && !row.busy) {
        void openChat(row.id);
      }
    }
  });
  return () => {
    stopReady();
    stopList();
  };
}
