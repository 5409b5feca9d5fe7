import type { RankResult } from "../InferenceBackend.ts";
import { pairFrame, pairTokens, type PairFrame } from "./pairTokens.ts";
import type { PooledBatches } from "./PooledBatches.ts";
import { charactersPerToken } from "./TextEmbedder.ts";
import type { Vocabulary } from "./Vocabulary.ts";

/** Says how well texts answer a question, reading both together. */
export class TextRanker {
  readonly #batches: PooledBatches;
  readonly #vocabulary: Vocabulary;
  readonly #frame: PairFrame;
  readonly #pairTokens: number;

  /**
   * @param options.template the model's own way of showing a pair; such a model answers with a
   *   probability, others with a number of any size
   * @param options.pairTokens the most tokens of question and text together
   */
  constructor(
    batches: PooledBatches,
    vocabulary: Vocabulary,
    options: { template: string | null; pairTokens: number },
  ) {
    this.#batches = batches;
    this.#vocabulary = vocabulary;
    this.#frame = pairFrame(vocabulary, options.template);
    this.#pairTokens = Math.min(options.pairTokens, batches.mostTokens);
  }

  /** @param cancelled asked between batches; then `cancelled` is thrown */
  async rank(
    question: string,
    texts: readonly string[],
    cancelled: () => boolean,
  ): Promise<RankResult> {
    const most = this.#pairTokens * charactersPerToken;
    const pairs = texts.map((text) => {
      const pair = pairTokens(
        this.#vocabulary,
        this.#frame,
        question.slice(0, most),
        text.slice(0, most),
        this.#pairTokens,
      );
      return { ...pair, truncated: pair.truncated || text.length > most };
    });
    const raw = await this.#batches.run(
      pairs.map(({ tokens }) => tokens),
      cancelled,
    );
    return {
      scores: raw.map((output) => this.#score(output[0] ?? Number.NaN)),
      truncatedTexts: pairs.filter(({ truncated }) => truncated).length,
      tokens: pairs.reduce((sum, { tokens }) => sum + tokens.length, 0),
    };
  }

  /** From 0 to 1; what is no number is 0. */
  #score(output: number): number {
    if (!Number.isFinite(output)) return 0;
    return this.#frame.instructed ? Math.min(1, Math.max(0, output)) : 1 / (1 + Math.exp(-output));
  }
}
