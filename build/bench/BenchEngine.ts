import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { GenerationStats } from "../../src-main/contract/chat.ts";
import type { ModelId } from "../../src-main/contract/ids.ts";
import type { InferenceMessage } from "../../src-main/contract/inference.ts";
import type { LoadedModel } from "../../src-main/contract/models.ts";
import type { Routes } from "../../src-main/contract/routes.ts";
import type { RpcClient } from "../../src-main/rpc/RpcClient.ts";
import { connectEngine, type EngineConnection } from "../../src-main/supervisor/connectEngine.ts";

export interface GenerateWork {
  system: string;
  prompt: string;
  tokens: number;
  /** Whether tokens may be guessed ahead; not when left out, as the other side does not either. */
  guessAhead?: boolean;
}

export interface Generated {
  /** From the request to the end of its reply, as the caller sees it. */
  wallMs: number;
  /** From the request to its first text; undefined when its tokens came to no text. */
  firstTextMs: number | undefined;
  text: string;
  stats: GenerationStats & { threads: number };
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

  /** Generates greedily past the model's own end: the work of the other side. */
  async generate({ system, prompt, tokens, guessAhead }: GenerateWork): Promise<Generated> {
    const messages: InferenceMessage[] = [
      { role: "system", content: system },
      { role: "user", content: prompt },
    ];
    return await this.write(messages, tokens, guessAhead);
  }

  /** The same for any messages. */
  async write(
    messages: InferenceMessage[],
    tokens: number,
    guessAhead = false,
  ): Promise<Generated> {
    const begun = performance.now();
    let firstTextMs: number | undefined;
    let text = "";
    const stream = this.client.stream("generate.run", {
      messages,
      sampling: { ...greedy, maxTokens: tokens },
      ignoreEos: true,
      guessAhead,
    });
    for await (const event of stream) {
      if (event.type !== "delta") continue;
      firstTextMs ??= performance.now() - begun;
      text += event.text;
    }
    const { stats } = await stream.result;
    return { wallMs: performance.now() - begun, firstTextMs, text, stats };
  }

  /** Loads the model for chats. */
  async loadChatModel(): Promise<LoadedModel> {
    const { models } = await this.client.call("models.rescan", {});
    const model = models.find((candidate) => candidate.kind === "chat");
    if (!model) throw new Error("There is no chat model in the home.");
    return await this.client.stream("models.load", { modelId: model.id }).result;
  }

  /** Unloads it and loads it again. */
  async reloadChatModel(): Promise<void> {
    const { modelId } = await this.loadChatModel();
    await this.unload(modelId);
    await this.loadChatModel();
  }

  /** Loads it anew, with nothing in its cache, and wakes it up. */
  async restartChatModel(): Promise<void> {
    await this.reloadChatModel();
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
