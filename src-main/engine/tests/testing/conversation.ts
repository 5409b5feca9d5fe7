import type { Chat, ChatEvent, Message, Sampling } from "../../../contract/chat.ts";
import type { ChatId, MessageId } from "../../../contract/ids.ts";
import type { Routes } from "../../../contract/routes.ts";
import type { RpcClient, StreamCall } from "../../../rpc/RpcClient.ts";

export type Client = RpcClient<Routes>;

/** A chat whose answers are the same in every run, and of at most so many tokens. */
export async function newChat(client: Client, sampling: Partial<Sampling> = {}): Promise<Chat> {
  const { chat } = await client.call("chats.create", {});
  const updated = await client.call("chats.update", {
    chatId: chat.id,
    sampling: { temperature: 0, repeatPenalty: 1, maxTokens: 16, ...sampling },
  });
  return updated.chat;
}

/** One turn as a face sees it. */
export class Turn {
  readonly events: ChatEvent[] = [];
  readonly message: Promise<Message>;
  readonly #pieces: { at: number; text: string }[] = [];
  readonly #opened = Promise.withResolvers<void>();
  readonly #read: Promise<void>;

  constructor(stream: StreamCall<ChatEvent, { message: Message }>) {
    // The failures are told by `message`.
    this.#opened.promise.catch(() => {});
    this.#read = this.#follow(stream);
    this.message = this.#read.then(() => stream.result).then(({ message }) => message);
    this.message.catch(() => {});
  }

  /** Resolves when the first of the text is there. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** The text that arrived before a time, of `performance.now()`. */
  textBefore(at = Number.POSITIVE_INFINITY): string {
    return this.#pieces
      .filter((piece) => piece.at < at)
      .map((piece) => piece.text)
      .join("");
  }

  get started(): { user: Message | null; assistant: Message } {
    const event = this.events.find((candidate) => candidate.type === "started");
    if (event?.type !== "started") throw new Error("The turn has not started.");
    return event;
  }

  async #follow(stream: AsyncIterable<ChatEvent>): Promise<void> {
    try {
      for await (const event of stream) {
        this.events.push(event);
        if (event.type !== "delta") continue;
        this.#pieces.push({ at: performance.now(), text: event.text });
        this.#opened.resolve();
      }
      this.#opened.reject(new Error("The turn ended without any text."));
    } catch (error) {
      this.#opened.reject(error);
      throw error;
    }
  }
}

export function send(
  client: Client,
  chatId: ChatId,
  parentId: MessageId | null,
  text: string,
): Turn {
  return new Turn(client.stream("chats.send", { chatId, parentId, text }));
}

/** The chat's message as the store has it. */
export async function stored(client: Client, { chatId, id }: Message): Promise<Message> {
  const { messages } = await client.call("chats.get", { chatId });
  const found = messages.find((message) => message.id === id);
  if (!found) throw new Error(`Message ${id} is not kept.`);
  return found;
}
