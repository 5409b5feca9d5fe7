import { HearthError } from "../../../contract/errors.ts";
import type {
  BackendActivity,
  ChatMessage,
  ComputePriority,
  EmbedResult,
  GenerateEvent,
  GenerateRequest,
  LoadedModelInfo,
  RankResult,
  ToolDefinition,
} from "../InferenceBackend.ts";
import { openChat, type ChatParts } from "./ChatParts.ts";
import { ChatTemplate } from "./ChatTemplate.ts";
import { createContext, textTokensOf } from "./createContext.ts";
import { describeModel } from "./describeModel.ts";
import { Generation, type GenerateControl } from "./Generation.ts";
import { silenceLog, type Libllama } from "./libllama.ts";
import { openCheckedLibllama } from "./libllamaGate.ts";
import { loadModel } from "./loadModel.ts";
import { openDraft } from "./openDraft.ts";
import { PromptEncoder } from "./PromptEncoder.ts";
import type { ChildLoadOptions } from "./protocol.ts";
import { PooledBatches } from "./PooledBatches.ts";
import { TextEmbedder } from "./TextEmbedder.ts";
import { TextRanker } from "./TextRanker.ts";
import { LookupDrafter } from "./LookupDrafter.ts";
import { TokenSampler } from "./TokenSampler.ts";
import { Vocabulary } from "./Vocabulary.ts";

/** A model that ranks gives the number that counts first, however many it gives. */
const rankOutputs = 1;
/** Under this name a model keeps its way of showing question and text, where it has one. */
const rankTemplate = "rerank";

/** Whom loading and working are told to. */
export interface RuntimeListeners {
  readonly onProgress: (fraction: number) => void;
  readonly onActivity: (activity: BackendActivity) => void;
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
  readonly #ranker: TextRanker | null;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(parts: {
    info: LoadedModelInfo;
    library: Libllama;
    vocabulary: Vocabulary;
    encoder: PromptEncoder;
    chat: ChatParts | null;
    embedder: TextEmbedder | null;
    ranker: TextRanker | null;
  }) {
    this.info = parts.info;
    this.#library = parts.library;
    this.#vocabulary = parts.vocabulary;
    this.#encoder = parts.encoder;
    this.#chat = parts.chat;
    this.#embedder = parts.embedder;
    this.#ranker = parts.ranker;
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
    const draft =
      isChat && options.draftPath
        ? await openDraft(
            library,
            { model, vocabulary, contextTokens: context.contextTokens },
            options,
            options.draftPath,
          )
        : null;
    const drafter = draft?.drafter ?? null;
    const runtime = new LlamaRuntime({
      info: describeModel(library, model, options, context, {
        template: template.info,
        library: { version, folder: options.libraryFolder, hashKnown },
        loadMs: performance.now() - startedAt,
        ...(draft ? { draft: draft.info } : {}),
      }),
      library,
      vocabulary,
      encoder,
      chat: isChat
        ? await openChat(library, model, context, drafter, options, version, listeners.onActivity)
        : null,
      embedder:
        options.purpose === "embedding"
          ? new TextEmbedder(
              new PooledBatches(library, context, library.modelEmbeddingSize(model)),
              vocabulary,
              textTokensOf(library, model, options),
            )
          : null,
      ranker:
        options.purpose === "reranking"
          ? new TextRanker(new PooledBatches(library, context, rankOutputs), vocabulary, {
              template: library.modelChatTemplate(model, rankTemplate),
              pairTokens: textTokensOf(library, model, options),
            })
          : null,
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
    if (!chat) throw wrongPurpose("This model cannot write.");
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

  /** A request was cancelled: what it is part of need not go on. */
  noticeCancelled(): void {
    this.#chat?.scheduler.noticeCancelled();
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
        throw wrongPurpose("This model was loaded for something else; it cannot make embeddings.");
      return await this.#embedder.embed(texts, cancelled);
    });
  }

  rank(question: string, texts: readonly string[], cancelled: () => boolean): Promise<RankResult> {
    return this.#inTurn(async () => {
      if (!this.#ranker)
        throw wrongPurpose("This model was loaded for something else; it cannot rank texts.");
      return await this.#ranker.rank(question, texts, cancelled);
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
