import { HearthError, isCancelled } from "../../contract/errors.ts";
import type { ChatId, MessageId, ModelId } from "../../contract/ids.ts";
import type { Routes } from "../../contract/routes.ts";
import type { RpcClient, StreamCall } from "../../rpc/RpcClient.ts";
import { connectEngine, type EngineConnection } from "../../supervisor/connectEngine.ts";
import { streamChat, type HttpServer } from "./benchHttp.ts";
import type { SoakJob, SoakKind } from "./benchSoakReport.ts";
import { seededRandom, wordText } from "./benchTexts.ts";

type Client = RpcClient<Routes>;

export interface SoakClientOptions {
  home: string;
  number: number;
  modelId: ModelId | undefined;
  /** Asks for answers that belong to no chat here, instead of by the contract. */
  http: HttpServer | undefined;
  /** Whether there are documents to search. */
  search: boolean;
  /** Milliseconds since the soak began. */
  now: () => number;
  /** When the model was killed on purpose, if it was. */
  killedAtMs: () => number | null;
  onJob: (job: SoakJob) => void;
}

/** Turns after which a chat is left for a new one. */
const turnsPerChat = 6;
/** An answer that says nothing for so long is taken to hang. */
const silenceMs = 120_000;
/** A request that reaches a killed process before its death is noticed was still met by the kill. */
const noticeMs = 500;
const cancelShare = 0.1;
const dropShare = 0.05;

interface OpenChat {
  chatId: ChatId;
  leaf: MessageId | null;
  turns: number;
}

interface Progress {
  firstTextMs: number | null;
}

/** One of several users: asks, goes on, searches, changes its mind, and sometimes just vanishes. */
export class SoakClient {
  readonly #options: SoakClientOptions;
  #connection: EngineConnection | undefined;
  #chat: OpenChat | undefined;
  readonly #chats: ChatId[] = [];
  #random: () => number;
  #round = 0;

  constructor(options: SoakClientOptions) {
    this.#options = options;
    this.#random = seededRandom(options.number);
  }

  /** From now on the same kinds of work come in the same order as after any other call with this seed. */
  restartScript(seed: number): void {
    this.#random = seededRandom(1000 * seed + this.#options.number);
    this.#chat = undefined;
  }

  /** Works until the signal fires; what is under way then is cancelled. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.#once(signal);
  }

  /** Deletes what it has made and leaves. */
  async leave(): Promise<void> {
    const { client } = await this.#connect();
    for (const chatId of this.#chats) await client.call("chats.delete", { chatId });
    this.#connection?.close();
  }

  async #once(signal: AbortSignal): Promise<void> {
    const kind = this.#chooseKind();
    const fate = this.#chooseFate();
    const patienceMs = 50 + this.#random() * 2000;
    const startMs = this.#options.now();
    const progress: Progress = { firstTextMs: null };
    const own = new AbortController();
    let intended: SoakJob["cause"] = "none";
    const act = (): void => {
      if (fate === "none") return;
      intended = fate;
      // Over HTTP both are the same: the socket is closed.
      if (fate === "cancelled" || this.#usesHttp(kind)) own.abort();
      else this.#drop();
    };
    const timer = setTimeout(act, patienceMs);
    const outcome = await this.#attempt(kind, AbortSignal.any([own.signal, signal]), progress);
    clearTimeout(timer);
    // What the end of the soak cut off was cancelled like any other.
    if (signal.aborted && outcome !== "done") intended = "cancelled";
    const endMs = this.#options.now();
    const killed = this.#options.killedAtMs();
    const met = killed !== null && startMs <= killed + noticeMs && endMs > killed;
    const cause = outcome !== "done" && met && intended === "none" ? "killed" : intended;
    this.#options.onJob({
      ...{ kind, startMs, endMs, firstTextMs: progress.firstTextMs },
      ...{ outcome, cause },
    });
    if (outcome !== "done") this.#chat = undefined;
  }

  async #attempt(kind: SoakKind, signal: AbortSignal, progress: Progress): Promise<string> {
    try {
      const { client } = await this.#connect();
      await this.#work(kind, client, signal, progress);
      return "done";
    } catch (error) {
      if (isCancelled(error)) return "cancelled";
      return error instanceof HearthError && error.code !== "internal" ? error.code : "untyped";
    }
  }

  async #work(
    kind: SoakKind,
    client: Client,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<void> {
    const random = this.#random;
    const seed = 1_000_000 * this.#options.number + this.#round++;
    if (kind === "search") {
      await client.call("search.query", { query: wordText(6, seed) }, { signal });
      return;
    }
    if (kind === "turn") {
      await this.#turn(client, wordText(8 + Math.floor(random() * 40), seed), signal, progress);
      return;
    }
    const words = kind === "long" ? 300 + random() * 900 : 10 + random() * 40;
    const messages = [{ role: "user" as const, content: wordText(Math.floor(words), seed) }];
    const maxTokens = 16 + Math.floor(random() * 48);
    const { modelId, http } = this.#options;
    if (http) {
      const model = modelId === undefined ? {} : { model: modelId };
      const body = { messages, max_tokens: maxTokens, ...model };
      await streamChat(http, body, { signal, onFirstText: (ms) => (progress.firstTextMs = ms) });
      return;
    }
    const stream = client.stream(
      "generate.run",
      {
        messages,
        ...(modelId === undefined ? {} : { modelId }),
        sampling: { maxTokens },
      },
      { signal },
    );
    await follow(stream, progress);
  }

  async #turn(
    client: Client,
    text: string,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<void> {
    const { modelId } = this.#options;
    if (!this.#chat || this.#chat.turns >= turnsPerChat) {
      const { chat } = await client.call("chats.create", {
        title: `Soak ${this.#options.number}`,
        ...(modelId === undefined ? {} : { modelId }),
      });
      this.#chats.push(chat.id);
      await client.call("chats.update", { chatId: chat.id, sampling: { maxTokens: 48 } });
      this.#chat = { chatId: chat.id, leaf: null, turns: 0 };
    }
    const chat = this.#chat;
    const stream = client.stream(
      "chats.send",
      { chatId: chat.chatId, parentId: chat.leaf, text },
      { signal },
    );
    await follow(stream, progress);
    const { message } = await stream.result;
    // A turn that failed ends as a message that says so.
    if (message.error) throw HearthError.fromData(message.error);
    chat.leaf = message.id;
    chat.turns += 1;
  }

  async #connect(): Promise<EngineConnection> {
    if (!this.#connection || this.#connection.client.closed) {
      this.#connection = await connectEngine({ home: this.#options.home, face: "bench" });
    }
    return this.#connection;
  }

  #usesHttp(kind: SoakKind): boolean {
    return this.#options.http !== undefined && (kind === "short" || kind === "long");
  }

  /** Goes away without a word, as a face that crashed. */
  #drop(): void {
    this.#connection?.close();
  }

  #chooseKind(): SoakKind {
    const drawn = this.#random();
    if (this.#options.search && drawn < 0.2) return "search";
    if (drawn < 0.35) return "long";
    return drawn < 0.65 ? "turn" : "short";
  }

  #chooseFate(): "none" | "cancelled" | "dropped" {
    const drawn = this.#random();
    if (drawn < cancelShare) return "cancelled";
    return drawn < cancelShare + dropShare ? "dropped" : "none";
  }
}

/** Reads a stream to its end. @throws HearthError `timed-out` when nothing more comes */
async function follow<T extends { type: string }>(
  stream: StreamCall<T, unknown>,
  progress: Progress,
): Promise<void> {
  const begun = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let silent = false;
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent = true;
      stream.cancel();
    }, silenceMs);
  };
  try {
    wait();
    for await (const item of stream) {
      wait();
      if (item.type === "delta") progress.firstTextMs ??= performance.now() - begun;
    }
    await stream.result;
  } catch (error) {
    if (!silent) throw error;
    throw new HearthError(
      { code: "timed-out", title: "An answer came to a halt." },
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
