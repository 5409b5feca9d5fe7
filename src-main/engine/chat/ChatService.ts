import { randomUUID } from "node:crypto";
import {
  chatSchema,
  samplingSchema,
  type Chat,
  type ChatEvent,
  type ChatSummary,
  type Message,
  type PinnedPassage,
  type Sampling,
} from "../../contract/chat.ts";
import { HearthError, isCancelled, toErrorData } from "../../contract/errors.ts";
import {
  chatIdSchema,
  messageIdSchema,
  type ChatId,
  type CollectionId,
  type DocumentId,
  type MessageId,
  type ModelId,
} from "../../contract/ids.ts";
import { messagePath } from "../../contract/messagePath.ts";
import type { Settings } from "../../contract/settings.ts";
import { Cell } from "../core/Cell.ts";
import { withoutUndefined } from "../core/withoutUndefined.ts";
import type { CollectionService } from "../library/CollectionService.ts";
import type { DocumentList } from "../library/DocumentList.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import type { AnswerService } from "../rag/AnswerService.ts";
import type { Store } from "../store/Store.ts";
import { answerTurn, asksDocuments, resumeTurn } from "./answerTurn.ts";
import type { PinnedPassages } from "./PinnedPassages.ts";
import { rereadChat, type Reread, type RereadProgress } from "./rereadChat.ts";
import { titleFrom } from "./titleFrom.ts";
import { TurnRecorder } from "./TurnRecorder.ts";
import { generateTurn } from "./generateTurn.ts";

const keepDeletedMs = 30 * 24 * 3600 * 1000;

export interface ChatServiceOptions {
  store: Store;
  models: ModelManager;
  answers: AnswerService;
  documents: DocumentList;
  collections: CollectionService;
  pins: PinnedPassages;
  settings: Cell<Settings>;
}

/** What may be changed of a chat; what is undefined stays as it is. */
export type ChatPatch = {
  [
    K in
      | "title"
      | "systemPrompt"
      | "modelId"
      | "documentIds"
      | "collectionIds"
      | "pinned"
      | "activeLeafId"
  ]?: Chat[K] | undefined;
} & { sampling?: { [K in keyof Sampling]?: Sampling[K] | undefined } | undefined };

type Emit = (event: ChatEvent) => void;

/** Conversations: trees of messages, of which one branch is shown. Nothing is ever overwritten. */
export class ChatService implements AsyncDisposable {
  readonly list = new Cell<{ chats: ChatSummary[] }>({ chats: [] });
  readonly #options: ChatServiceOptions;
  readonly #running = new Map<ChatId, AbortController>();
  readonly #turns = new Set<Promise<unknown>>();
  readonly #rereading = new Map<ChatId, AbortController>();

  private constructor(options: ChatServiceOptions) {
    this.#options = options;
  }

  static async open(options: ChatServiceOptions): Promise<ChatService> {
    const service = new ChatService(options);
    await options.store.chats.interruptStreaming();
    await options.store.chats.purgeDeleted(Date.now() - keepDeletedMs);
    // Behind it: what is erased for good leaves nothing to go on with.
    await options.store.checkpoints.dropFinished();
    await service.#refresh();
    return service;
  }

  async create(input: {
    title?: string | undefined;
    documentIds?: DocumentId[] | undefined;
    collectionIds?: CollectionId[] | undefined;
    pinned?: PinnedPassage[] | undefined;
    modelId?: ModelId | undefined;
  }): Promise<Chat> {
    const now = Date.now();
    const chat = chatSchema.parse({
      id: chatIdSchema.parse(randomUUID()),
      title: input.title ?? "",
      systemPrompt: this.#options.settings.get().systemPrompt,
      sampling: samplingSchema.parse({}),
      modelId: input.modelId ?? null,
      documentIds: input.documentIds ?? [],
      collectionIds: input.collectionIds ?? [],
      pinned: await this.#findPins(input.pinned ?? []),
      activeLeafId: null,
      createdAt: now,
      updatedAt: now,
    } satisfies Record<keyof Chat, unknown>);
    await this.#options.store.chats.create(chat);
    await this.#refresh();
    return chat;
  }

  async get(chatId: ChatId): Promise<{ chat: Chat; messages: Message[] }> {
    const found = await this.#options.store.chats.get(chatId);
    if (!found) throw chatMissing();
    return { ...found, chat: await this.#withPins(found.chat) };
  }

  /** Pins as they stand now: documents are removed and read anew. */
  async #withPins(chat: Chat): Promise<Chat> {
    return { ...chat, pinned: await this.#findPins(chat.pinned) };
  }

  async #findPins(pinned: readonly PinnedPassage[]): Promise<PinnedPassage[]> {
    return (await this.#options.pins.find(pinned)).pinned;
  }

  async update(chatId: ChatId, { sampling, ...fields }: ChatPatch): Promise<Chat> {
    const found = await this.#options.store.chats.get(chatId);
    if (!found) throw chatMissing();
    const updated = await this.#options.store.chats.update(chatId, {
      ...withoutUndefined(fields),
      sampling: { ...found.chat.sampling, ...withoutUndefined(sampling ?? {}) },
    });
    await this.#refresh();
    return await this.#withPins(updated);
  }

  async delete(chatId: ChatId): Promise<void> {
    this.stop(chatId);
    await this.#options.store.chats.delete(chatId);
    await this.#refresh();
  }

  async restore(chatId: ChatId): Promise<Chat> {
    const chat = await this.#options.store.chats.restore(chatId);
    await this.#refresh();
    return await this.#withPins(chat);
  }

  stop(chatId: ChatId): void {
    this.#running.get(chatId)?.abort();
  }

  /** Has the chat's model read it, until the next message comes. @throws HearthError as loading does */
  async reread(
    chatId: ChatId,
    emit: (progress: RereadProgress) => void,
    signal: AbortSignal,
  ): Promise<Reread> {
    const { chat, messages } = await this.get(chatId);
    const path = messagePath(messages, chat.activeLeafId);
    this.#rereading.get(chatId)?.abort();
    const end = new AbortController();
    this.#rereading.set(chatId, end);
    try {
      const read = asksDocuments(chat, path) ? [] : path;
      return await rereadChat(this.#options, { chat, path: read }, emit, end.signal, signal);
    } finally {
      if (this.#rereading.get(chatId) === end) this.#rereading.delete(chatId);
    }
  }

  async send(
    input: {
      chatId: ChatId;
      parentId: MessageId | null;
      text: string;
      documentIds?: DocumentId[];
      collectionIds?: CollectionId[];
    },
    emit: Emit,
    signal: AbortSignal,
  ): Promise<Message> {
    const { chat, messages } = await this.get(input.chatId);
    const parent = messages.find((message) => message.id === input.parentId);
    if (input.parentId !== null && !parent) throw messageMissing();
    if (parent?.role === "user") {
      throw new HearthError({
        code: "bad-input",
        title: "A message can only follow an answer.",
        cause: "Its parent is a message of the user.",
      });
    }
    const user: Message = {
      ...this.#newMessage(chat.id, input.parentId, "user"),
      text: input.text,
      status: "complete",
      documentIds: input.documentIds ?? [],
      collectionIds: input.collectionIds ?? [],
    };
    return await this.#turn(
      chat,
      [...messagePath(messages, input.parentId), user],
      user,
      emit,
      signal,
    );
  }

  async regenerate(
    input: { chatId: ChatId; messageId: MessageId },
    emit: Emit,
    signal: AbortSignal,
  ): Promise<Message> {
    const { chat, messages } = await this.get(input.chatId);
    const old = messages.find((message) => message.id === input.messageId);
    if (old?.role !== "assistant") throw messageMissing();
    return await this.#turn(chat, messagePath(messages, old.parentId), null, emit, signal);
  }

  async continue(
    input: { chatId: ChatId; messageId: MessageId },
    emit: Emit,
    signal: AbortSignal,
  ): Promise<Message> {
    const { chat, messages } = await this.get(input.chatId);
    const message = messages.find((candidate) => candidate.id === input.messageId);
    if (message?.role !== "assistant") throw messageMissing();
    if (message.grounding || !["length", "stopped", "interrupted"].includes(message.status)) {
      throw new HearthError({
        code: "conflict",
        title: "This answer is complete.",
        cause: "Only an answer that was cut off can be continued.",
        suggestion: "Ask for another answer instead.",
      });
    }
    const path = messagePath(messages, message.parentId);
    return await this.#run(
      chat,
      async (own) => {
        const resumes =
          asksDocuments(chat, path) && (await this.#options.answers.canResume(message.id));
        // An answer from documents of which nothing else was kept is made again.
        const begun = asksDocuments(chat, path) && !resumes ? { ...message, text: "" } : message;
        const recorder = new TurnRecorder(this.#options.store.chats, begun);
        await recorder.start();
        emit({ type: "started", user: null, assistant: recorder.message });
        return await this.#record(recorder, own, async () => {
          const turn = { chat, path, recorder, emit, signal: own };
          if (!asksDocuments(chat, path)) {
            await generateTurn(this.#options, { ...turn, continued: message });
          } else if (resumes) await resumeTurn(this.#options.answers, turn);
          else await answerTurn(this.#options, turn);
        });
      },
      signal,
    );
  }

  async #turn(
    chat: Chat,
    path: Message[],
    user: Message | null,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<Message> {
    return await this.#run(
      chat,
      async (own) => {
        const question = path.at(-1);
        if (!question) throw messageMissing();
        const answer: Message = {
          ...this.#newMessage(chat.id, question.id, "assistant"),
          status: "streaming",
        };
        await this.#options.store.chats.addMessages(user ? [user, answer] : [answer], answer.id);
        if (chat.title === "") {
          await this.#options.store.chats.update(chat.id, { title: titleFrom(question.text) });
        }
        await this.#refresh();
        emit({ type: "started", user, assistant: answer });
        const recorder = new TurnRecorder(this.#options.store.chats, answer);
        return await this.#record(recorder, own, async () => {
          const run = asksDocuments(chat, path) ? answerTurn : generateTurn;
          await run(this.#options, { chat, path, recorder, emit, signal: own });
        });
      },
      signal,
    );
  }

  /** Ends the recording in every case: complete, stopped or failed, with the text so far. */
  async #record(
    recorder: TurnRecorder,
    signal: AbortSignal,
    work: () => Promise<void>,
  ): Promise<Message> {
    try {
      await work();
      return await recorder.finish();
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return await recorder.finish({ status: "stopped" });
      return await recorder.finish({ status: "failed", error: toErrorData(error) });
    }
  }

  /** One answer at a time in a chat; it can be stopped from any face. */
  async #run<T>(
    chat: Chat,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    if (this.#running.has(chat.id)) {
      throw new HearthError({
        code: "conflict",
        title: "This chat is still answering.",
        suggestion: "Stop the answer or wait for its end, then send the message.",
      });
    }
    // What it would have read is part of the new prompt.
    this.#rereading.get(chat.id)?.abort();
    const controller = new AbortController();
    this.#running.set(chat.id, controller);
    const turn = work(AbortSignal.any([controller.signal, signal]));
    this.#turns.add(turn);
    try {
      this.#showBusy();
      return await turn;
    } finally {
      this.#turns.delete(turn);
      this.#running.delete(chat.id);
      await this.#refresh();
    }
  }

  /** Stops all answers and waits until what they have said is kept. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const reading of this.#rereading.values()) reading.abort();
    for (const controller of this.#running.values()) controller.abort();
    // Each failure has been told to the caller of its turn.
    await Promise.allSettled([...this.#turns]);
  }

  #newMessage(chatId: ChatId, parentId: MessageId | null, role: Message["role"]): Message {
    return {
      id: messageIdSchema.parse(randomUUID()),
      chatId,
      parentId,
      role,
      text: "",
      reasoning: "",
      status: "complete",
      createdAt: Date.now(),
      documentIds: [],
      collectionIds: [],
      droppedMessages: 0,
    };
  }

  #showBusy(): void {
    this.list.update(({ chats }) => ({
      chats: chats.map((chat) =>
        chat.busy === this.#running.has(chat.id)
          ? chat
          : { ...chat, busy: this.#running.has(chat.id) },
      ),
    }));
  }

  async #refresh(): Promise<void> {
    const rows = await this.#options.store.chats.list();
    this.list.set({ chats: rows.map((row) => ({ ...row, busy: this.#running.has(row.id) })) });
  }
}

function chatMissing(): HearthError {
  return new HearthError({
    code: "not-found",
    title: "This chat does not exist any more.",
    suggestion: "Choose another chat in the sidebar, or undo the deletion.",
  });
}

function messageMissing(): HearthError {
  return new HearthError({
    code: "not-found",
    title: "This message is not part of the chat.",
    suggestion: "Open the chat again to see its current messages.",
  });
}
