import { HearthError } from "../../../contract/errors.ts";
import type {
  ChatMessage,
  EmbedResult,
  GenerateRequest,
  LoadedModelInfo,
  TemplateInfo,
} from "../InferenceBackend.ts";
import { ChatTemplate } from "./ChatTemplate.ts";
import { KvSequence } from "./KvSequence.ts";
import { silenceLog, type Libllama } from "./libllama.ts";
import { openCheckedLibllama } from "./libllamaGate.ts";
import { LlamaContext } from "./LlamaContext.ts";
import { loadModel } from "./loadModel.ts";
import { PromptEncoder } from "./PromptEncoder.ts";
import type { ChildLoadOptions } from "./protocol.ts";
import { embedBatchTexts, embedBatchTokens, TextEmbedder } from "./TextEmbedder.ts";
import { TextGenerator, type GenerateControl } from "./TextGenerator.ts";
import { Vocabulary } from "./Vocabulary.ts";

/** Context of a chat, and of a text to embed, when none is asked for. */
const defaultContextTokens = { chat: 4_096, embedding: 2_048 } as const;
const chatBatchTokens = 512;
const poolingNone = 0;
const poolingMean = 1;
const poolingRank = 4;

/**
 * One loaded model and what can be done with it. Generating and embedding take turns in the order of
 * arrival; counting does not wait for them.
 */
export class LlamaRuntime {
  readonly info: LoadedModelInfo;
  readonly #vocabulary: Vocabulary;
  readonly #encoder: PromptEncoder;
  readonly #generator: TextGenerator | null;
  readonly #embedder: TextEmbedder | null;
  /** The cache is cut into sequences; there is one until many chats are decoded in one step. */
  readonly #sequences: readonly KvSequence[];
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(parts: {
    info: LoadedModelInfo;
    vocabulary: Vocabulary;
    encoder: PromptEncoder;
    generator: TextGenerator | null;
    embedder: TextEmbedder | null;
    sequences: readonly KvSequence[];
  }) {
    this.info = parts.info;
    this.#vocabulary = parts.vocabulary;
    this.#encoder = parts.encoder;
    this.#generator = parts.generator;
    this.#embedder = parts.embedder;
    this.#sequences = parts.sequences;
  }

  /** @throws HearthError `library-mismatch`, `model-missing`, `model-damaged`, `model-unsupported`, `out-of-memory`, `model-load-failed` */
  static async load(
    options: ChildLoadOptions,
    onProgress: (fraction: number) => void,
  ): Promise<LlamaRuntime> {
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
      onProgress,
    });
    const vocabulary = new Vocabulary(library, library.modelVocab(model));
    requireSupported(library, model, options);
    const template = templateOf(library, model, vocabulary);
    const encoder = new PromptEncoder(vocabulary, template);
    const context = createContext(library, model, options);
    const chat = options.purpose === "chat";
    const { memory } = context;
    const runtime = new LlamaRuntime({
      info: describe(library, model, options, context, {
        template: template.info,
        library: { version, folder: options.libraryFolder, hashKnown },
        loadMs: performance.now() - startedAt,
      }),
      vocabulary,
      encoder,
      generator: chat ? new TextGenerator(library, context, vocabulary, encoder) : null,
      embedder: chat
        ? null
        : new TextEmbedder(library, context, vocabulary, {
            embeddingSize: library.modelEmbeddingSize(model),
            textTokens: textTokensOf(library, model, options),
          }),
      sequences: chat && memory !== null ? [new KvSequence(library, memory, 0)] : [],
    });
    // What loading had to say is told. From here on return values say it, and aborts write by themselves.
    silenceLog(library);
    return runtime;
  }

  generate(request: GenerateRequest, control: GenerateControl): Promise<void> {
    return this.#inTurn(async () => {
      const generator = this.#generator;
      const sequence = this.#sequences[0];
      if (!generator || !sequence)
        throw wrongPurpose("This model makes embeddings; it cannot write.");
      await generator.generate(request, sequence, control);
    });
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

  countChatTokens(messages: readonly ChatMessage[]): number {
    return this.#encoder.encode({ kind: "chat", messages }).tokens.length;
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
      sequences: 1,
      threads,
      embeddings: false,
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
  const device = options.gpuLayers === 0 ? null : firstGraphicsDevice(library);
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

/** Name of the first graphics device that the library found, or null. */
function firstGraphicsDevice(library: Libllama): string | null {
  for (let index = 0; index < Number(library.deviceCount()); index++) {
    const device = library.device(index);
    const type = library.deviceType(device);
    if (type === 1 || type === 2)
      return library.deviceDescription(device) ?? library.deviceName(device);
  }
  return null;
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
