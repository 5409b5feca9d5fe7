/** What speaks for one sentence as the answer. All from 0 to 1 (cosines can be below 0). */
export interface QuoteFeatures {
  /**
   * Share of the question's words in the sentence; those only next to it count by half. The fewer of
   * the retrieved sentences have a word, the more it counts.
   */
  readonly words: number;
  /** Likeness of meaning of question and sentence. */
  readonly cosine: number;
  /** 1 for the best passage, 1/2 for the second, and so on. */
  readonly rank: number;
  /** 1 if the sentence has the kind of thing that was asked for. */
  readonly offers: number;
}

/** What speaks for the passages together: the best value that any of them reaches. */
export interface StrengthFeatures {
  readonly passageCosine: number;
  readonly sentenceCosine: number;
  readonly passageCoverage: number;
  readonly sentenceCoverage: number;
  /** Score of the best sentence. */
  readonly bestQuote: number;
}

/** A logistic model: the likelihood is 1 / (1 + e^-(bias + Σ weight · feature)). */
export class LogisticModel<F extends { readonly [K in keyof F]: number }> {
  readonly #bias: number;
  readonly #weights: { readonly [K in keyof F]: number };

  constructor(bias: number, weights: { readonly [K in keyof F]: number }) {
    this.#bias = bias;
    this.#weights = weights;
  }

  score(features: F): number {
    let sum = this.#bias;
    for (const name of Object.keys(this.#weights) as (keyof F)[]) {
      sum += this.#weights[name] * features[name];
    }
    return 1 / (1 + Math.exp(-sum));
  }
}

/**
 * Fitted by `build/eval/fitEvidence.ts` on the 1,190 questions of XQuAD-en, each asked of 1, 3 and 24
 * articles cut by the library's chunker and embedded by MiniLM-L6: which sentence of the retrieved
 * passages holds the answer. Weights may not go below 0.
 */
export const quoteModel = new LogisticModel<QuoteFeatures>(-5.61, {
  words: 3.86,
  cosine: 2.51,
  rank: 0.83,
  offers: 0.65,
});

/**
 * Fitted on the same: collections that have the question's article against collections that have not,
 * and Cranfield's 225 questions against the same articles.
 */
export const strengthModel = new LogisticModel<StrengthFeatures>(-10.6, {
  passageCosine: 7.67,
  sentenceCosine: 9.41,
  passageCoverage: 2.57,
  sentenceCoverage: 3.26,
  bestQuote: 5.8,
});

/**
 * Below this strength Hearth says that the documents do not answer. On the data above 2.1 % of the
 * questions that the documents answer fall below it, and of those about something else 99.9 % where
 * one article is asked, 99.4 % of three, 95.0 % of 24.
 */
export const declineBelow = 0.5;
