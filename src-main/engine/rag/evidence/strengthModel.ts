/** What speaks for one sentence as the answer. All from 0 to 1 (cosines can be below 0). */
export interface QuoteFeatures {
  /** Share of the question's words in the sentence; those only next to it count by half. */
  readonly own: number;
  /** Share of the question's words in the whole passage and its headings. */
  readonly near: number;
  /** Likeness of meaning of question and sentence. */
  readonly cosine: number;
  /** The same for the whole passage. */
  readonly passageCosine: number;
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
  /** Share of the question's names and numbers that one passage has. */
  readonly specificCoverage: number;
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
 * Fitted on the 1,190 questions of XQuAD-en: which sentence of the retrieved passages holds the
 * answer. Weights are kept from going below 0.
 */
export const quoteModel = new LogisticModel<QuoteFeatures>(-5.82, {
  own: 3.38,
  near: 0,
  cosine: 2.39,
  passageCosine: 0,
  rank: 1.17,
  offers: 0.63,
});

/**
 * Fitted on the same questions, each asked of 1, 3 and 24 articles: those that have its article
 * against those that have not, and Cranfield's 225 questions against the same articles.
 */
export const strengthModel = new LogisticModel<StrengthFeatures>(-10.43, {
  passageCosine: 7.31,
  sentenceCosine: 8.94,
  passageCoverage: 2.56,
  sentenceCoverage: 3.05,
  specificCoverage: 0,
  bestQuote: 7.06,
});

/** Below this strength Hearth says that the documents do not answer. */
export const declineBelow = 0.75;
