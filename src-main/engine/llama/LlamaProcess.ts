import type { KvType } from "../../contract/devices.ts";
import { cancelledError, type HearthError } from "../../contract/errors.ts";
import type { RequestRecord } from "../egress/requestRecord.ts";
import { AsyncQueue } from "./AsyncQueue.ts";
import type { ChildCall, ChildReply } from "./child/protocol.ts";
import { ChildChannel } from "./ChildChannel.ts";
import { ComputeBudget, type ComputeLease } from "./ComputeBudget.ts";
import type {
  BackendActivity,
  CallOptions,
  ChatMessage,
  ComputePriority,
  EmbedResult,
  GenerateEvent,
  GenerateRequest,
  InferenceBackend,
  LoadedModelInfo,
  ModelPurpose,
  RankResult,
  ToolDefinition,
} from "./InferenceBackend.ts";
import { locateLibraries, type DeviceChoice, type LibraryLocation } from "./locateLibraries.ts";
import { chooseThreads, readCpuLimits } from "./threads.ts";

export interface LlamaProcessOptions {
  readonly modelPath: string;
  readonly purpose: ModelPurpose;
  /** The llama process' own file, and the Node binary that runs it. */
  readonly entryPath: string;
  readonly execPath: string;
  /** Null or absent: up to 4,096 for chat and 2,048 for a text to embed, within what the model knows. */
  readonly contextTokens?: number | null;
  /** Most requests that write at the same time. Absent: a number that suits most machines. */
  readonly places?: number;
  /** Where states of idle conversations are kept over a restart. Absent: nowhere. */
  readonly stateFolder?: string | null;
  /** Null or absent: as many as can run at the same time. */
  readonly threads?: number | null;
  /** The processor alone unless something else is asked for. */
  readonly device?: DeviceChoice;
  /** One device of that kind, as `devices.list` names it; all of them when left out. */
  readonly deviceName?: string | null;
  /** Layers for it: -1 all. Left out: all where the device is a graphics one. */
  readonly gpuLayers?: number;
  /** How chats are kept: `f16` when left out. */
  readonly kvType?: KvType;
  /** A small chat model of the same vocabulary that guesses ahead; none when left out. */
  readonly draftPath?: string | null;
  /** Folder of the library packages that the user has added; none when left out. */
  readonly addedLibraries?: string | null;
  /** Instead of looking for a library by device. */
  readonly library?: LibraryLocation;
  /** Shared by all processes of the engine, so that they do not fight for cores. */
  readonly budget?: ComputeBudget;
  /** Which start of this model it is; frames of another generation are dropped. */
  readonly generation?: number;
  /** Cancels the load by ending the process. */
  readonly signal?: AbortSignal;
  /** From 0 to 1 while the weights are read. */
  readonly onProgress?: (fraction: number) => void;
  /** Told a few times a second while it works, and once when it rests. */
  readonly onActivity?: (activity: BackendActivity) => void;
  /** Told once when a loaded process ended without having been asked to. */
  readonly onDied?: (error: HearthError) => void;
  /** Told when something in the process tried to reach the network and was stopped. */
  readonly onRefused?: (record: RequestRecord) => void;
  /** A process that says nothing for so long, although asked, is taken to hang and is ended. */
  readonly hangTimeoutMs?: number;
}

const defaultHangTimeoutMs = 30_000;
/** Texts per lease of the cores: what background work may hold up a chat by. */
const embedTextsPerLease = 16;

/** One loaded model in a process of its own. */
export class LlamaProcess implements InferenceBackend {
  readonly info: LoadedModelInfo;
  readonly #channel: ChildChannel;
  readonly #budget: ComputeBudget;
  #nextId = 1;

  private constructor(channel: ChildChannel, info: LoadedModelInfo, budget: ComputeBudget) {
    this.#channel = channel;
    this.info = info;
    this.#budget = budget;
  }

  /**
   * Starts a process and loads a model into it.
   *
   * @throws HearthError `library-mismatch`, `model-missing`, `model-damaged`, `model-unsupported`,
   *   `model-load-failed`, `out-of-memory`, `cancelled`
   */
  static async start(options: LlamaProcessOptions): Promise<LlamaProcess> {
    if (options.signal?.aborted) throw cancelledError();
    const { device = "cpu", addedLibraries: added = null } = options;
    const library = options.library ?? locateLibraries({ device, added });
    const channel = new ChildChannel({
      entryPath: options.entryPath,
      execPath: options.execPath,
      generation: options.generation ?? 0,
      hangTimeoutMs: options.hangTimeoutMs ?? defaultHangTimeoutMs,
      onDied: options.onDied,
      onActivity: options.onActivity,
      onRefused: options.onRefused,
    });
    const load = {
      modelPath: options.modelPath,
      purpose: options.purpose,
      libraryFolder: library.folder,
      libraryPlatform: library.platform,
      contextTokens: options.contextTokens ?? null,
      threads: chooseThreads(readCpuLimits(), options.threads),
      places: options.places ?? 0,
      stateFolder: options.stateFolder ?? null,
      gpuLayers: library.gpuLayers === 0 ? 0 : (options.gpuLayers ?? library.gpuLayers),
      deviceName: options.deviceName ?? null,
      kvType: options.kvType ?? "f16",
      draftPath: options.draftPath ?? null,
    };
    const info = await channel.load(load, {
      signal: options.signal,
      onProgress: options.onProgress,
    });
    return new LlamaProcess(channel, info, options.budget ?? new ComputeBudget());
  }

  get activity(): BackendActivity {
    return this.#channel.activity;
  }

  async *generate(
    request: GenerateRequest,
    options: CallOptions = {},
  ): AsyncGenerator<GenerateEvent> {
    const { signal, priority = "chat" } = options;
    let lease: ComputeLease;
    try {
      lease = await this.#budget.lease(this, priority, signal);
    } catch {
      // Only the signal makes waiting fail.
      yield cancelledBeforeStart;
      return;
    }
    const id = this.#nextId++;
    const queue = new AsyncQueue<GenerateEvent>();
    const settle = (): void => lease[Symbol.dispose]();
    this.#channel.expect(id, {
      onEvents: (events) => {
        for (const event of events) queue.push(event);
        if (events.at(-1)?.type !== "end") return;
        settle();
        queue.end();
      },
      onFailed: (error) => {
        settle();
        queue.fail(error);
      },
    });
    const cancel = (): void => this.#channel.cancel(id);
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      this.#channel.send({ type: "generate", id, request, priority });
      if (signal?.aborted) cancel();
      yield* queue;
    } finally {
      signal?.removeEventListener("abort", cancel);
      // Does nothing when it has ended; ends it when the caller has left the loop.
      cancel();
    }
  }

  async countTokens(texts: readonly string[], options: CallOptions = {}): Promise<number[]> {
    const reply = await this.#call({ name: "countTokens", request: { texts } }, options.signal);
    if (reply.name !== "countTokens") throw unexpectedReply(reply);
    return reply.result;
  }

  async countChatTokens(
    messages: readonly ChatMessage[],
    options: CallOptions & { readonly tools?: readonly ToolDefinition[] } = {},
  ): Promise<number> {
    const reply = await this.#call(
      {
        name: "countChatTokens",
        request: { messages, ...(options.tools ? { tools: options.tools } : {}) },
      },
      options.signal,
    );
    if (reply.name !== "countChatTokens") throw unexpectedReply(reply);
    return reply.result;
  }

  async embed(texts: readonly string[], options: CallOptions = {}): Promise<EmbedResult> {
    const { signal, priority = "background" } = options;
    const vectors: Float32Array[] = [];
    let truncatedTexts = 0;
    let tokens = 0;
    for (let start = 0; start < texts.length; start += embedTextsPerLease) {
      const part = await this.#embedPart(
        texts.slice(start, start + embedTextsPerLease),
        priority,
        signal,
      );
      vectors.push(...part.vectors);
      truncatedTexts += part.truncatedTexts;
      tokens += part.tokens;
    }
    return { vectors, truncatedTexts, tokens };
  }

  async rank(
    question: string,
    texts: readonly string[],
    options: CallOptions = {},
  ): Promise<RankResult> {
    const { signal, priority = "chat" } = options;
    const lease = await this.#budget.lease(this, priority, signal);
    try {
      const reply = await this.#call({ name: "rank", request: { question, texts } }, signal);
      if (reply.name !== "rank") throw unexpectedReply(reply);
      return reply.result;
    } finally {
      lease[Symbol.dispose]();
    }
  }

  /** Ends the process and gives back its memory. Calls in flight fail with `unavailable`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#channel.end();
  }

  async #embedPart(
    texts: readonly string[],
    priority: ComputePriority,
    signal?: AbortSignal,
  ): Promise<EmbedResult> {
    const lease = await this.#budget.lease(this, priority, signal);
    try {
      const reply = await this.#call({ name: "embed", request: { texts } }, signal);
      if (reply.name !== "embed") throw unexpectedReply(reply);
      return reply.result;
    } finally {
      lease[Symbol.dispose]();
    }
  }

  #call(call: ChildCall, signal: AbortSignal | undefined): Promise<ChildReply> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(cancelledError());
        return;
      }
      const id = this.#nextId++;
      const cancel = (): void => this.#channel.cancel(id);
      const settled = (): void => signal?.removeEventListener("abort", cancel);
      signal?.addEventListener("abort", cancel, { once: true });
      this.#channel.expect(id, {
        onReply: (reply) => {
          settled();
          resolve(reply);
        },
        onFailed: (error) => {
          settled();
          reject(error);
        },
      });
      this.#channel.send({ type: "call", id, call });
    });
  }
}

const cancelledBeforeStart: GenerateEvent = {
  type: "end",
  reason: "cancelled",
  promptTokens: 0,
  reusedTokens: 0,
  tokens: 0,
  firstTokenMs: null,
  tokensPerSecond: null,
};

function unexpectedReply(reply: ChildReply): Error {
  return new Error(`The llama process answered another question: ${reply.name}.`);
}
