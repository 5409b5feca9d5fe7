import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { GenerationStats, Message } from "../../src-main/contract/chat.ts";
import type { ChatId, MessageId, ModelId } from "../../src-main/contract/ids.ts";
import type { LoadedModel } from "../../src-main/contract/models.ts";
import type { Routes } from "../../src-main/contract/routes.ts";
import type { RpcClient } from "../../src-main/rpc/RpcClient.ts";
import { connectEngine, type EngineConnection } from "../../src-main/supervisor/connectEngine.ts";

export interface GenerateWork {
  system: string;
  prompt: string;
  tokens: number;
}

export interface Generated {
  /** From the request to the end of its reply, as the caller sees it. */
  wallMs: number;
  stats: GenerationStats & { threads: number };
}

/** One turn of a chat as its user sees it. */
export interface Turn {
  /** From sending to the first text. */
  firstTextMs: number;
  message: Message;
}

/** Room for the deepest row, and no more than the starter model knows. */
const contextTokens = 8192;
const greedy = { temperature: 0, repeatPenalty: 1 } as const;

/** Hearth's real engine on a home of its own, reached as a face reaches it. */
export class BenchEngine implements AsyncDisposable {
  readonly home: string;
  readonly client: RpcClient<Routes>;
  readonly #connection: EngineConnection;

  private constructor(home: string, connection: EngineConnection) {
    this.home = home;
    this.#connection = connection;
    this.client = connection.client;
  }

  /** @param models GGUF files that the home shall hold */
  static async open(models: readonly string[]): Promise<BenchEngine> {
    const home = await makeBenchHome(models);
    try {
      const connection = await connectEngine({ home, face: "bench" });
      await connection.client.call("settings.update", { contextTokens });
      return new BenchEngine(home, connection);
    } catch (error) {
      await removeBenchHome(home);
      throw error;
    }
  }

  /** Generates greedily, one token a step, past the model's own end: the work of the other side. */
  async generate({ system, prompt, tokens }: GenerateWork): Promise<Generated> {
    const begun = performance.now();
    const stream = this.client.stream("generate.run", {
      messages: [
        { role: "system", content: system },
        { role: "user", content: prompt },
      ],
      sampling: { ...greedy, maxTokens: tokens },
      ignoreEos: true,
      guessAhead: false,
    });
    for await (const _ of stream);
    const { stats } = await stream.result;
    return { wallMs: performance.now() - begun, stats };
  }

  /** A new chat whose answers are greedy and of at most so many tokens. */
  async newChat(maxTokens: number): Promise<ChatId> {
    const { chat } = await this.client.call("chats.create", {});
    await this.client.call("chats.update", {
      chatId: chat.id,
      sampling: { ...greedy, maxTokens },
    });
    return chat.id;
  }

  async send(chatId: ChatId, parentId: MessageId | null, text: string): Promise<Turn> {
    const begun = performance.now();
    let firstTextMs: number | undefined;
    const stream = this.client.stream("chats.send", { chatId, parentId, text });
    for await (const event of stream) {
      if (event.type === "delta") firstTextMs ??= performance.now() - begun;
    }
    const { message } = await stream.result;
    if (message.error) throw new Error(`${message.error.title} ${message.error.cause}`);
    if (firstTextMs === undefined) throw new Error("The model said nothing.");
    return { firstTextMs, message };
  }

  /** Loads the model for chats. */
  async loadChatModel(): Promise<LoadedModel> {
    const { models } = await this.client.call("models.rescan", {});
    const model = models.find((candidate) => candidate.kind === "chat");
    if (!model) throw new Error("There is no chat model in the home.");
    return await this.client.stream("models.load", { modelId: model.id }).result;
  }

  /** Loads it anew, with nothing in its cache, and wakes it up. */
  async restartChatModel(): Promise<void> {
    const { modelId } = await this.loadChatModel();
    await this.unload(modelId);
    await this.loadChatModel();
    await this.generate({ system: "Hello.", prompt: "Hello.", tokens: 8 });
  }

  async unload(modelId: ModelId): Promise<void> {
    await this.client.call("models.unload", { modelId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { client } = this.#connection;
    const ended = new Promise<void>((resolve) => client.onClose(resolve));
    // The connection may be lost before the reply is here.
    await client.call("system.shutdown", {}).catch(() => {});
    await ended;
    await removeBenchHome(this.home);
  }
}

/** Makes a home with links to model files. @returns its path */
export async function makeBenchHome(models: readonly string[]): Promise<string> {
  const home = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-bench-"));
  const folder = path.join(home, "models");
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  for (const file of models) await fs.symlink(file, path.join(folder, path.basename(file)));
  return home;
}

export async function removeBenchHome(home: string): Promise<void> {
  await fs.rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
}
