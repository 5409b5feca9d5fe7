import type { EmbedResult } from "../InferenceBackend.ts";
import type { PooledBatches } from "./PooledBatches.ts";
import type { Vocabulary } from "./Vocabulary.ts";

/** A text with more characters per token of context than this is cut before it is tokenized. */
export const charactersPerToken = 32;

/** Turns texts into vectors. */
export class TextEmbedder {
  readonly #batches: PooledBatches;
  readonly #vocabulary: Vocabulary;
  readonly #textTokens: number;

  /** @param textTokens the most tokens that are kept of one text */
  constructor(batches: PooledBatches, vocabulary: Vocabulary, textTokens: number) {
    this.#batches = batches;
    this.#vocabulary = vocabulary;
    this.#textTokens = Math.min(textTokens, batches.mostTokens);
  }

  /** @param cancelled asked between batches; then `cancelled` is thrown */
  async embed(texts: readonly string[], cancelled: () => boolean): Promise<EmbedResult> {
    const prepared = texts.map((text) => this.#prepare(text));
    const raw = await this.#batches.run(
      prepared.map(({ tokens }) => tokens),
      cancelled,
    );
    return {
      vectors: raw.map(normalised),
      truncatedTexts: prepared.filter(({ truncated }) => truncated).length,
      tokens: prepared.reduce((sum, { tokens }) => sum + tokens.length, 0),
    };
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
}

/** Length 1; a vector of zeros or of what is no number becomes zeros. */
export function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 && Number.isFinite(length)
    ? vector.map((value) => value / length)
    : new Float32Array(vector.length);
}
