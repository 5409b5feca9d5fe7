import { HearthError } from "../../../contract/errors.ts";
import type { Libllama } from "./libllama.ts";
import { LlamaContext } from "./LlamaContext.ts";
import type { ChildLoadOptions } from "./protocol.ts";
import { pooledBatchTexts, pooledBatchTokens } from "./PooledBatches.ts";

/** Context of a chat, of a text to embed, and of a pair to rank, when none is asked for. */
const defaultContextTokens = { chat: 4_096, embedding: 2_048, reranking: 2_048 } as const;
const chatBatchTokens = 512;
/** Requests in one batch. More would wait for each other longer than they would wait in a queue. */
const defaultPlaces = 8;
const mostPlaces = 32;
const poolingNone = 0;
const poolingMean = 1;
const poolingRank = 4;

/**
 * The context that suits what a model is loaded for.
 *
 * @throws HearthError `model-unsupported`, `out-of-memory`
 */
export function createContext(
  library: Libllama,
  model: bigint,
  options: ChildLoadOptions,
): LlamaContext {
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
  const batchTokens = Math.max(pooledBatchTokens, textTokensOf(library, model, options));
  const make = (pooling?: number): LlamaContext =>
    new LlamaContext(library, model, {
      contextTokens: batchTokens,
      batchTokens,
      sequences: pooledBatchTexts,
      threads,
      embeddings: true,
      offload,
      ...(pooling === undefined ? {} : { pooling }),
    });
  const context = make();
  const pooling = library.poolingType(context.pointer);
  if ((pooling === poolingRank) !== (options.purpose === "reranking")) {
    context[Symbol.dispose]();
    throw new HearthError({
      code: "model-unsupported",
      title:
        pooling === poolingRank
          ? "This model ranks texts; it makes no embeddings."
          : "This model does not rank texts.",
      suggestion: "Choose another model for this.",
    });
  }
  if (pooling === poolingRank) return context;
  if (pooling !== poolingNone) return context;
  context[Symbol.dispose]();
  return make(poolingMean);
}

/** The most tokens of one text to embed, or of one pair to rank. */
export function textTokensOf(library: Libllama, model: bigint, options: ChildLoadOptions): number {
  const trained = library.modelTrainContext(model);
  const wanted = options.contextTokens ?? defaultContextTokens[options.purpose];
  return trained > 0 ? Math.min(wanted, trained) : wanted;
}

/** Whether the state of a sequence is a list of cells, which can be cut at its end and shared in part. */
export const isDivisible = (library: Libllama, model: bigint): boolean =>
  !library.modelIsRecurrent(model) && !library.modelIsHybrid(model);
