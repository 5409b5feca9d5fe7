import koffi from "koffi";
import { HearthError } from "../../../contract/errors.ts";
import type { EmbedResult } from "../InferenceBackend.ts";
import type { Libllama } from "./libllama.ts";
import type { LlamaContext } from "./LlamaContext.ts";
import { NativeBatch } from "./NativeBatch.ts";
import type { Vocabulary } from "./Vocabulary.ts";

/** More texts or tokens in one step were measured to be slower, not faster. */
export const embedBatchTexts = 16;
export const embedBatchTokens = 1_024;

/** A text with more characters per token of context than this is cut before it is tokenized. */
const charactersPerToken = 32;

/** Turns texts into vectors, many texts as sequences of one batch. */
export class TextEmbedder implements Disposable {
  readonly #library: Libllama;
  readonly #context: LlamaContext;
  readonly #vocabulary: Vocabulary;
  readonly #size: number;
  readonly #textTokens: number;
  readonly #batch: NativeBatch;

  /** @param textTokens the most tokens that are kept of one text */
  constructor(
    library: Libllama,
    context: LlamaContext,
    vocabulary: Vocabulary,
    options: { embeddingSize: number; textTokens: number },
  ) {
    this.#library = library;
    this.#context = context;
    this.#vocabulary = vocabulary;
    this.#size = options.embeddingSize;
    this.#textTokens = Math.min(options.textTokens, context.batchTokens);
    this.#batch = new NativeBatch(context.batchTokens);
  }

  /** @param cancelled asked between batches; then `cancelled` is thrown */
  async embed(texts: readonly string[], cancelled: () => boolean): Promise<EmbedResult> {
    const vectors: Float32Array[] = [];
    let truncatedTexts = 0;
    let tokens = 0;
    let group: Int32Array[] = [];
    let groupTokens = 0;
    const run = async (): Promise<void> => {
      if (cancelled()) throw new HearthError({ code: "cancelled", title: "Stopped." });
      vectors.push(...(await this.#embedGroup(group)));
      group = [];
      groupTokens = 0;
    };
    for (const text of texts) {
      const { tokens: textTokens, truncated } = this.#prepare(text);
      if (truncated) truncatedTexts += 1;
      const full =
        group.length >= this.#context.sequences ||
        groupTokens + textTokens.length > this.#batchLimit();
      if (group.length > 0 && full) await run();
      group.push(textTokens);
      groupTokens += textTokens.length;
      tokens += textTokens.length;
    }
    if (group.length > 0) await run();
    return { vectors, truncatedTexts, tokens };
  }

  [Symbol.dispose](): void {
    this.#batch[Symbol.dispose]();
  }

  #batchLimit(): number {
    return Math.min(this.#context.batchTokens, embedBatchTokens);
  }

  /** Tokens of a text: never none, never more than fit, the closing token kept when it is cut. */
  #prepare(text: string): { tokens: Int32Array; truncated: boolean } {
    const shortened = text.slice(0, this.#textTokens * charactersPerToken);
    const all = this.#vocabulary.tokenize(shortened, { addSpecial: true, parseSpecial: false });
    const { bos, eos, sep } = this.#vocabulary;
    if (all.length === 0) return { tokens: Int32Array.of(Math.max(bos, eos, 0)), truncated: false };
    const truncated = all.length > this.#textTokens || shortened.length < text.length;
    if (all.length <= this.#textTokens) return { tokens: all, truncated };
    const tokens = all.slice(0, this.#textTokens);
    const closing = all.at(-1);
    if (closing !== undefined && closing >= 0 && (closing === sep || closing === eos))
      tokens[tokens.length - 1] = closing;
    return { tokens, truncated };
  }

  async #embedGroup(group: readonly Int32Array[]): Promise<Float32Array[]> {
    this.#batch.clear();
    group.forEach((tokens, sequence) =>
      tokens.forEach((token, position) => this.#batch.add(token, position, sequence, true)),
    );
    const outcome = await this.#context.decode(this.#batch);
    if (outcome !== "done") throw new Error("The embedding context is smaller than its batch.");
    this.#context.synchronize();
    const vectors = group.map((_, sequence) => this.#vectorOf(sequence));
    if (this.#context.memory !== null) this.#library.memoryClear(this.#context.memory, false);
    return vectors;
  }

  #vectorOf(sequence: number): Float32Array {
    const pointer = this.#library.embeddingsOfSequence(this.#context.pointer, sequence);
    if (pointer === null) throw new Error(`Sequence ${sequence} has no embedding.`);
    const raw: unknown = koffi.decode(pointer, "float", this.#size);
    if (!(raw instanceof Float32Array)) throw new TypeError("koffi did not decode floats.");
    return normalised(raw);
  }
}

/** Length 1; a vector of zeros or of what is no number becomes zeros. */
export function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 && Number.isFinite(length)
    ? vector.map((value) => value / length)
    : new Float32Array(vector.length);
}
