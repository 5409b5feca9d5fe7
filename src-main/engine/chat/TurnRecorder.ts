import type { Message } from "../../contract/chat.ts";
import type { GroundedAnswer } from "../../contract/search.ts";

/** At most this much streamed text is lost when the power fails, in milliseconds. */
const saveEveryMs = 500;

export interface MessageStore {
  updateMessage(id: Message["id"], patch: Partial<Message>): Promise<void>;
}

/** Writes one answer to the store while it streams, without a write for each token. */
export class TurnRecorder {
  readonly #store: MessageStore;
  #message: Message;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  #failure: unknown;

  constructor(store: MessageStore, message: Message) {
    this.#store = store;
    this.#message = message;
  }

  get message(): Message {
    return this.#message;
  }

  /** Marks a message that was finished before as streaming again. */
  async start(): Promise<void> {
    const { error: _error, ...rest } = this.#message;
    this.#message = { ...rest, status: "streaming" };
    await this.#store.updateMessage(this.#message.id, { status: "streaming" });
  }

  append(text: string, reasoning: string): void {
    this.#message = {
      ...this.#message,
      text: this.#message.text + text,
      reasoning: this.#message.reasoning + reasoning,
    };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const { id, text: all, reasoning: allReasoning } = this.#message;
      this.#save(() => this.#store.updateMessage(id, { text: all, reasoning: allReasoning }));
    }, saveEveryMs);
  }

  set(patch: Partial<Message>): void {
    this.#message = { ...this.#message, ...patch };
  }

  ground(answer: GroundedAnswer): void {
    const { answer: text, ...grounding } = answer;
    this.set({ text, grounding });
  }

  /** Saves the whole message. Only then has the caller been told that it is kept. */
  async finish(patch: Partial<Message> = {}): Promise<Message> {
    clearTimeout(this.#timer);
    const status = this.#message.status === "streaming" ? "complete" : this.#message.status;
    this.#message = { ...this.#message, status, ...patch };
    const message = this.#message;
    this.#save(() => this.#store.updateMessage(message.id, message));
    await this.#saving;
    if (this.#failure) throw this.#failure;
    return message;
  }

  #save(write: () => Promise<void>): void {
    this.#saving = this.#saving.then(write).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }
}
