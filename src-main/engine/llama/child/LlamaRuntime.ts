import { totalmem } from "node:os";
import { HearthError } from "../../../contract/errors.ts";
import type {
  BackendActivity,
  ChatMessage,
  ComputePriority,
  EmbedResult,
  GenerateEvent,
  GenerateRequest,
  LoadedModelInfo,
  TemplateInfo,
  ToolDefinition,
} from "../InferenceBackend.ts";
import { ChatTemplate } from "./ChatTemplate.ts";
import { BatchScheduler } from "./BatchScheduler.ts";
import { Generation, type GenerateControl } from "./Generation.ts";
import { KvCache } from "./KvCache.ts";
import { pickGraphicsDevice } from "./devices.ts";
import { silenceLog, type Libllama } from "./libllama.ts";
import { openCheckedLibllama } from "./libllamaGate.ts";
import { LlamaContext } from "./LlamaContext.ts";
import { loadModel } from "./loadModel.ts";
import { PromptEncoder } from "./PromptEncoder.ts";
import type { ChildLoadOptions } from "./protocol.ts";
import { embedBatchTexts, embedBatchTokens, TextEmbedder } from "./TextEmbedder.ts";
import { LookupDrafter } from "./LookupDrafter.ts";
import { NativeBatch } from "./NativeBatch.ts";
import { StateShelf } from "./StateShelf.ts";
import { stateFolderOf } from "./stateFolderOf.ts";
import { TokenSampler } from "./TokenSampler.ts";
import { Vocabulary } from "./Vocabulary.ts";

/** Context of a chat, and of a text to embed, when none is asked for. */
const defaultContextTokens = { chat: 4_096, embedding: 2_048 } as const;
const chatBatchTokens = 512;
/** Requests in one batch. More would wait for each other longer than they would wait in a queue. */
const defaultPlaces = 8;
const mostPlaces = 32;
/** States of idle conversations in memory: half of what the cache itself takes, within these. */
const shelfShare = 1 / 2;
const leastShelfBytes = 64 * 2 ** 20;
const mostShelfShare = 1 / 8;
const leastDiskTokens = 512;
const shelfDiskBytes = 2 ** 30;
const poolingNone = 0;
const poolingMean = 1;
const poolingRank = 4;

/** Whom loading and working are told to. */
export interface RuntimeListeners {
  readonly onProgress: (fraction: number) => void;
  readonly onActivity: (activity: BackendActivity) => void;
}

/** The parts that only a chat model has. */
interface ChatParts {
  readonly context: LlamaContext;
  readonly cache: KvCache;
  readonly shelf: StateShelf;
  readonly scheduler: BatchScheduler;
}

/**
 * One loaded model and what can be done with it. Many requests generate at once; embedding takes turns
 * in the order of arrival; counting waits for nobody.
 */
export class LlamaRuntime {
  readonly info: LoadedModelInfo;
  readonly #library: Libllama;
  readonly #vocabulary: Vocabulary;
  readonly #encoder: PromptEncoder;
  readonly #chat: ChatParts | null;
  readonly #embedder: TextEmbedder | null;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(parts: {
    info: LoadedModelInfo;
    library: Libllama;
    vocabulary: Vocabulary;
    encoder: PromptEncoder;
    chat: ChatParts | null;
    embedder: TextEmbedder | null;
  }) {
    this.info = parts.info;
    this.#library = parts.library;
    this.#vocabulary = parts.vocabulary;
    this.#encoder = parts.encoder;
    this.#chat = parts.chat;
    this.#embedder = parts.embedder;
  }

  /** @throws HearthError `library-mismatch`, `model-missing`, `model-damaged`, `model-unsupported`, `out-of-memory`, `model-load-failed` */
  static async load(options: ChildLoadOptions, listeners: RuntimeListeners): Promise<LlamaRuntime> {
    const startedAt = performance.now();
    const { library, version, hashKnown } = openCheckedLibllama(
      options.libraryFolder,
      options.libraryPlatform,
    );
    library.backendLoadAll(options.libraryFolder);
    library.backendInit();
    const model = await loadModel(library, {
      path: options.modelPath,
      gpuLayers: options.gpuLayers,
      deviceName: options.deviceName ?? null,
      onProgress: listeners.onProgress,
    });
    const vocabulary = new Vocabulary(library, library.modelVocab(model));
    requireSupported(library, model, options);
    const template = templateOf(library, model, vocabulary);
    const encoder = new PromptEncoder(vocabulary, template);
    const context = createContext(library, model, options);
    const isChat = options.purpose === "chat";
    const runtime = new LlamaRuntime({
      info: describe(library, model, options, context, {
        template: template.info,
        library: { version, folder: options.libraryFolder, hashKnown },
        loadMs: performance.now() - startedAt,
      }),
      library,
      vocabulary,
      encoder,
      chat: isChat ? await openChat(library, model, context, options, version, listeners) : null,
      embedder: isChat
        ? null
        : new TextEmbedder(library, context, vocabulary, {
            embeddingSize: library.modelEmbeddingSize(model),
            textTokens: textTokensOf(library, model, options),
          }),
    });
    // What loading had to say is told. From here on return values say it, and aborts write by themselves.
    silenceLog(library);
    return runtime;
  }

  /** Streams one completion beside all others. @throws HearthError `context-full`, `bad-input` */
  async generate(
    request: GenerateRequest,
    priority: ComputePriority,
    control: GenerateControl,
  ): Promise<void> {
    const chat = this.#chat;
    if (!chat) throw wrongPurpose("This model makes embeddings; it cannot write.");
    const prompt = this.#encoder.encode(request.prompt);
    const { contextTokens } = chat.context;
    requireRoom(prompt.tokens.length, contextTokens);
    const parts = {
      request,
      priority,
      control,
      prompt,
      encoder: this.#encoder,
      vocabulary: this.#vocabulary,
      contextTokens,
    };
    if (request.maxTokens !== undefined && request.maxTokens <= 0) {
      control.emit(nothingAsked(prompt.tokens.length));
      return;
    }
    const generation = new Generation({
      ...parts,
      sampler: new TokenSampler(this.#library, this.#vocabulary, request),
      drafter: chat.cache.divisible && request.guessAhead !== false ? new LookupDrafter() : null,
    });
    await chat.scheduler.run(generation);
  }

  /** Ends what runs and puts the states of conversations aside for the next start. */
  async close(): Promise<void> {
    if (!this.#chat) return;
    await this.#chat.scheduler.stop();
    this.#chat.cache.shelveAll();
    await this.#chat.shelf.flush();
  }

  embed(texts: readonly string[], cancelled: () => boolean): Promise<EmbedResult> {
    return this.#inTurn(async () => {
      if (!this.#embedder)
        throw wrongPurpose("This model was loaded for chat; it cannot make embeddings.");
      return await this.#embedder.embed(texts, cancelled);
    });
  }

  countTokens(texts: readonly string[]): number[] {
    const options = { addSpecial: false, parseSpecial: false };
    return texts.map((text) => this.#vocabulary.tokenize(text, options).length);
  }

  countChatTokens(messages: readonly ChatMessage[], tools: readonly ToolDefinition[] = []): number {
    return this.#encoder.encode({ kind: "chat", messages, tools }).tokens.length;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.#queue;
    const turn = Promise.withResolvers<void>();
    this.#queue = turn.promise;
    await before;
    try {
      return await work();
    } finally {
      turn.resolve();
    }
  }
}

async function openChat(
  library: Libllama,
  model: bigint,
  context: LlamaContext,
  options: ChildLoadOptions,
  version: string,
  { onActivity }: RuntimeListeners,
): Promise<ChatParts> {
  const { memory, contextTokens: cells, sequences } = context;
  if (memory === null) throw new Error("A chat context has its memory.");
  const kvBytesPerCell = await measureCell(library, model, context);
  const memoryBytes = Math.min(
    Math.max(leastShelfBytes, cells * kvBytesPerCell * shelfShare),
    totalmem() * mostShelfShare,
  );
  const shelf = await StateShelf.open({
    folder: stateFolderOf(options, version),
    memoryBytes,
    diskBytes: shelfDiskBytes,
    leastDiskTokens,
  });
  const cache = new KvCache({
    library,
    context: context.pointer,
    memory,
    cells,
    sequences,
    divisible: isDivisible(library, model),
    shelf,
  });
  const scheduler = new BatchScheduler({
    context,
    cache,
    places: sequences,
    kvBytesPerCell,
    onActivity,
  });
  return { context, cache, shelf, scheduler };
}

/** Bytes that one token takes in the cache, read from the state of a sequence that has one more. */
async function measureCell(
  library: Libllama,
  model: bigint,
  context: LlamaContext,
): Promise<number> {
  const { memory, pointer } = context;
  if (memory === null || !isDivisible(library, model)) return 0;
  const size = (): number => Number(library.stateSize(pointer, 0));
  const before = size();
  using batch = new NativeBatch(context.batchTokens);
  batch.add(Math.max(0, library.vocabBos(library.modelVocab(model))), 0, 0, true);
  const fits = await context.decode(batch);
  const bytes = fits ? size() - before : 0;
  library.memoryClear(memory, false);
  return bytes;
}

const isDivisible = (library: Libllama, model: bigint): boolean =>
  !library.modelIsRecurrent(model) && !library.modelIsHybrid(model);

function requireRoom(promptTokens: number, contextTokens: number): void {
  if (promptTokens === 0)
    throw new HearthError({ code: "bad-input", title: "There is nothing to continue." });
  if (promptTokens < contextTokens) return;
  throw new HearthError({
    code: "context-full",
    title: "This conversation is longer than the model's context.",
    cause: `It takes ${promptTokens} tokens; the context holds ${contextTokens}.`,
    suggestion: "Start a new chat, remove attached text, or load the model with a longer context.",
  });
}

const nothingAsked = (promptTokens: number): GenerateEvent => ({
  type: "end",
  reason: "length",
  promptTokens,
  reusedTokens: 0,
  tokens: 0,
  firstTokenMs: null,
  tokensPerSecond: null,
});

function wrongPurpose(cause: string): HearthError {
  return new HearthError({
    code: "bad-input",
    title: "The model is not made for this.",
    cause,
    suggestion: "Choose another model for it.",
  });
}

function templateOf(library: Libllama, model: bigint, vocabulary: Vocabulary): ChatTemplate {
  const controlTexts = new Set(vocabulary.controlTexts());
  return new ChatTemplate({
    template: library.modelChatTemplate(model, null),
    bosToken: vocabulary.tokenText(vocabulary.bos),
    eosToken: vocabulary.tokenText(vocabulary.eos),
    hasControlToken: (text) => controlTexts.has(text),
  });
}

function requireSupported(library: Libllama, model: bigint, options: ChildLoadOptions): void {
  const unsupported = (cause: string): HearthError =>
    new HearthError({
      code: "model-unsupported",
      title: "Hearth cannot use this model here.",
      cause,
      suggestion: "Choose another model.",
    });
  if (options.purpose !== "chat") return;
  if (library.modelHasEncoder(model) || !library.modelHasDecoder(model)) {
    throw unsupported("It reads a text as a whole and cannot write one word after the other.");
  }
  if (library.modelIsDiffusion(model))
    throw unsupported("It writes by diffusion, which is not supported.");
}

function createContext(library: Libllama, model: bigint, options: ChildLoadOptions): LlamaContext {
  const offload = options.gpuLayers !== 0;
  const { threads } = options;
  if (options.purpose === "chat") {
    const contextTokens = options.contextTokens ?? defaultContextTokens.chat;
    const trained = library.modelTrainContext(model);
    const context = new LlamaContext(library, model, {
      contextTokens: trained > 0 ? Math.min(contextTokens, trained) : contextTokens,
      batchTokens: Math.min(chatBatchTokens, contextTokens),
      sequences: isDivisible(library, model)
        ? Math.min(options.places > 0 ? options.places : defaultPlaces, mostPlaces)
        : 1,
      threads,
      embeddings: false,
      kvType: options.kvType ?? "f16",
      offload,
    });
    if (context.memory !== null) return context;
    throw new HearthError({
      code: "model-unsupported",
      title: "This model cannot chat.",
      cause: "It keeps no memory of a conversation; models of its kind make embeddings.",
      suggestion: "Choose a chat model, or use this one for embeddings.",
    });
  }
  const batchTokens = Math.max(embedBatchTokens, textTokensOf(library, model, options));
  const make = (pooling?: number): LlamaContext =>
    new LlamaContext(library, model, {
      contextTokens: batchTokens,
      batchTokens,
      sequences: embedBatchTexts,
      threads,
      embeddings: true,
      offload,
      ...(pooling === undefined ? {} : { pooling }),
    });
  const context = make();
  const pooling = library.poolingType(context.pointer);
  if (pooling === poolingRank) {
    throw new HearthError({
      code: "model-unsupported",
      title: "This model ranks texts; it makes no embeddings.",
    });
  }
  if (pooling !== poolingNone) return context;
  context[Symbol.dispose]();
  return make(poolingMean);
}

/** The most tokens of one text that an embedding sees. */
function textTokensOf(library: Libllama, model: bigint, options: ChildLoadOptions): number {
  const trained = library.modelTrainContext(model);
  const wanted = options.contextTokens ?? defaultContextTokens.embedding;
  return trained > 0 ? Math.min(wanted, trained) : wanted;
}

function describe(
  library: Libllama,
  model: bigint,
  options: ChildLoadOptions,
  context: LlamaContext,
  found: { template: TemplateInfo; library: LoadedModelInfo["library"]; loadMs: number },
): LoadedModelInfo {
  const layers = library.modelLayers(model);
  const device =
    options.gpuLayers === 0
      ? null
      : (pickGraphicsDevice(library, options.deviceName ?? null)?.device.description ?? null);
  const offloaded = options.gpuLayers < 0 ? layers + 1 : Math.min(options.gpuLayers, layers + 1);
  return {
    purpose: options.purpose,
    modelPath: options.modelPath,
    name: metaValue(library, model, "general.name"),
    architecture: metaValue(library, model, "general.architecture") ?? "unknown",
    description: readText((buffer) => library.modelDesc(model, buffer, buffer.length)) ?? "",
    parameters: Number(library.modelParameters(model)),
    modelBytes: Number(library.modelSize(model)),
    contextTokens:
      options.purpose === "chat" ? context.contextTokens : textTokensOf(library, model, options),
    trainContextTokens: library.modelTrainContext(model),
    embeddingSize: library.modelEmbeddingSize(model),
    layers,
    threads: options.threads,
    device: device ?? "cpu",
    gpuLayers: device === null ? 0 : offloaded,
    pid: process.pid,
    ...found,
  };
}

function metaValue(library: Libllama, model: bigint, key: string): string | null {
  return readText((buffer) => library.modelMetaValue(model, key, buffer, buffer.length));
}

function readText(read: (buffer: Uint8Array) => number): string | null {
  const buffer = new Uint8Array(1_024);
  const length = read(buffer);
  return length < 0
    ? null
    : new TextDecoder().decode(buffer.subarray(0, Math.min(length, buffer.length - 1)));
}
