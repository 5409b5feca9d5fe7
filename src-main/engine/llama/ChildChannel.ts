import { cancelledError, HearthError } from "../../contract/errors.ts";
import type { RequestRecord } from "../egress/requestRecord.ts";
import type { ChildLoadOptions, ChildReply, FromChild, ToChild } from "./child/protocol.ts";
import { ChildHandle, type ChildExit } from "./ChildHandle.ts";
import { describeDeath, describeLoadDeath, describeLoadFailure } from "./describeFailure.ts";
import {
  idleActivity,
  type BackendActivity,
  type GenerateEvent,
  type LoadedModelInfo,
} from "./InferenceBackend.ts";

export interface ChildChannelOptions {
  readonly entryPath: string;
  readonly execPath: string;
  readonly generation: number;
  readonly hangTimeoutMs: number;
  readonly onDied?: ((error: HearthError) => void) | undefined;
  readonly onActivity?: ((activity: BackendActivity) => void) | undefined;
  /** Told when something in the process tried to reach the network and was stopped. */
  readonly onRefused?: ((record: RequestRecord) => void) | undefined;
}

/** Who waits for the answer to one call. Exactly one of the endings is called, once. */
export interface PendingCall {
  readonly onEvents?: (events: readonly GenerateEvent[]) => void;
  readonly onReply?: (reply: ChildReply) => void;
  readonly onFailed: (error: HearthError) => void;
}

type WithoutGeneration<Message> = Message extends unknown ? Omit<Message, "generation"> : never;

interface Loading {
  readonly resolve: (info: LoadedModelInfo) => void;
  readonly reject: (error: HearthError) => void;
  readonly onProgress: ((fraction: number) => void) | undefined;
}

/** A process that ends puts the states of its conversations on disk first. */
const endGraceMs = 8_000;

/** The calls in flight to one llama process, and the watch over it. */
export class ChildChannel {
  readonly #options: ChildChannelOptions;
  readonly #child: ChildHandle;
  readonly #pending = new Map<number, PendingCall>();
  #loading: Loading | null = null;
  #reportedLoadError: HearthError | null = null;
  #ended: HearthError | null = null;
  #ending = false;
  #unanswered = 0;
  #watch: NodeJS.Timeout | null = null;
  #activity = idleActivity;

  constructor(options: ChildChannelOptions) {
    this.#options = options;
    this.#child = new ChildHandle({
      entryPath: options.entryPath,
      execPath: options.execPath,
      onMessage: (message) => this.#receive(message),
      onExit: (exit) => this.#onExit(exit),
    });
  }

  /** Loads a model; a signal that fires meanwhile ends the process. */
  async load(
    options: ChildLoadOptions,
    control: {
      signal?: AbortSignal | undefined;
      onProgress?: ((fraction: number) => void) | undefined;
    },
  ): Promise<LoadedModelInfo> {
    const { signal, onProgress } = control;
    const cancel = (): void => {
      this.#ended = cancelledError();
      this.#child.kill();
    };
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await new Promise<LoadedModelInfo>((resolve, reject) => {
        this.#loading = { resolve, reject, onProgress };
        this.send({ type: "load", options });
        this.#updateWatch();
      });
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  get activity(): BackendActivity {
    return this.#activity;
  }

  send(message: WithoutGeneration<ToChild>): void {
    this.#child.send({ ...message, generation: this.#options.generation });
  }

  /** Registers who waits for a call, before it is sent. */
  expect(id: number, pending: PendingCall): void {
    if (this.#ended) {
      pending.onFailed(this.#ended);
      return;
    }
    this.#pending.set(id, pending);
    this.#updateWatch();
  }

  /** Asks for the end of a call. It still ends by itself: with what it has, or with `cancelled`. */
  cancel(id: number): void {
    if (this.#pending.has(id)) this.send({ type: "cancel", id });
  }

  /** Ends the process, surely, and waits for it. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#ended ??= new HearthError({
      code: "unavailable",
      title: "The model was unloaded.",
      suggestion: "Load it again to go on.",
    });
    await this.#child.end({ type: "close", generation: this.#options.generation }, endGraceMs);
  }

  #receive(message: FromChild): void {
    if (message.generation !== this.#options.generation) return;
    this.#unanswered = 0;
    switch (message.type) {
      case "progress":
        this.#loading?.onProgress?.(message.fraction);
        return;
      case "loaded":
        this.#loading?.resolve(message.info);
        this.#loading = null;
        this.#updateWatch();
        return;
      case "loadFailed":
        // The reasons are on stderr, which is complete only when the process has ended; it does so now.
        this.#reportedLoadError = HearthError.fromData(message.error);
        return;
      case "events":
        this.#deliver(message.id, message.events);
        return;
      case "result":
        this.#settle(message.id)?.onReply?.(message.reply);
        return;
      case "failed":
        this.#settle(message.id)?.onFailed(HearthError.fromData(message.error));
        return;
      case "refused":
        this.#options.onRefused?.(message.record);
        return;
      case "activity":
        this.#activity = message.activity;
        this.#options.onActivity?.(message.activity);
        return;
      case "pong":
        return;
    }
  }

  #deliver(id: number, events: readonly GenerateEvent[]): void {
    const pending = events.at(-1)?.type === "end" ? this.#settle(id) : this.#pending.get(id);
    pending?.onEvents?.(events);
  }

  #settle(id: number): PendingCall | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#updateWatch();
    return pending;
  }

  #onExit(exit: ChildExit): void {
    const wasLoading = this.#loading;
    this.#loading = null;
    const expected = this.#ending || this.#ended !== null;
    this.#ended ??= wasLoading ? this.#describeLoadEnd(exit) : describeDeath(exit);
    wasLoading?.reject(this.#ended);
    const unanswered = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of unanswered) pending.onFailed(this.#ended);
    this.#updateWatch();
    if (!wasLoading && (!expected || this.#ended.code === "model-died"))
      this.#options.onDied?.(this.#ended);
  }

  #describeLoadEnd(exit: ChildExit): HearthError {
    return this.#reportedLoadError
      ? describeLoadFailure(this.#reportedLoadError.toData(), exit.lastLines)
      : describeLoadDeath(exit);
  }

  /** While something is awaited the process is asked for a sign of life; three silences end it. */
  #updateWatch(): void {
    const awaited = this.#pending.size > 0 || this.#loading !== null;
    if (awaited && !this.#watch) {
      this.#unanswered = 0;
      this.#watch = setInterval(() => this.#askForLife(), this.#options.hangTimeoutMs / 3);
      this.#watch.unref();
    } else if (!awaited && this.#watch) {
      clearInterval(this.#watch);
      this.#watch = null;
    }
  }

  #askForLife(): void {
    if (this.#unanswered >= 3) {
      this.#ended ??= new HearthError({
        code: "model-died",
        title: "The process that runs the model stopped answering.",
        cause: `It gave no sign of life for ${Math.round(this.#options.hangTimeoutMs / 1000)} seconds and was ended.`,
        suggestion: "Send the message again: the model is loaded anew.",
      });
      this.#child.kill();
      return;
    }
    this.#unanswered += 1;
    this.send({ type: "ping" });
  }
}
