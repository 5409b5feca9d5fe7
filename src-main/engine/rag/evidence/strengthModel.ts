/** What speaks for one sentence as the answer. All from 0 to 1 (cosines can be below 0). */
export interface QuoteFeatures {
  /**
   * Share of the question's words in the sentence; those only next to it count by half. The fewer of
   * the retrieved sentences have a word, the more it counts.
   */
  readonly words: number;
  /**
   * How near the names of the question stand, rarer ones counting more: in the sentence or in the one
   * that it points back to 1, beside or above it less, in its passage still less. 1 without names.
   */
  readonly named: number;
  /** Likeness of meaning of question and sentence; 0 where that was not looked at. */
  readonly cosine: number;
  /** The same without the names of the question; the same where it has none, or that was not looked at. */
  readonly matter: number;
  /** 1 for the best passage, 1/2 for the second, and so on. */
  readonly rank: number;
  /** 1 if the sentence has the kind of thing that was asked for, less if it may be of that kind. */
  readonly offers: number;
}

/** What speaks for the passages together. All from 0 to 1. */
export interface StrengthFeatures {
  /** Score of the best sentence. */
  readonly bestQuote: number;
  /**
   * By how much the greatest likeness of meaning of the question and a sentence is above the mean of
   * all that were compared: what answers in other words stands out among its neighbours, what only
   * speaks of the same matter does not.
   */
  readonly standsOut: number;
  /** The greatest likeness of meaning, that of a sentence further from the question's names counting less. */
  readonly namedCosine: number;
  /**
   * How far one sentence has all three: the names, what is asked of them in the same words or by
   * meaning, and the kind of thing that was asked for.
   */
  readonly told: number;
  /**
   * 1 less by how much more of what is asked stands in a sentence further from the names: then it is
   * told of something else, and not of what was named.
   */
  readonly unrivalled: number;
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
 * Fitted by `build/eval/fitEvidence.ts` on the 1,190 questions of XQuAD-en, each asked of its article,
 * of all articles as long documents and of all paragraphs as short ones, on the same questions with
 * another name, and on questions about invented things in English and German, cut by the library's
 * chunker and embedded by MiniLM-L6: which sentence of the retrieved passages holds the answer. Weights
 * may not go below 0.
 */
export const quoteModel = new LogisticModel<QuoteFeatures>(-7.11, {
  words: 3.66,
  named: 0.2,
  cosine: 1.92,
  matter: 1.89,
  rank: 1.09,
  offers: 1.21,
});

/**
 * Fitted on the same: libraries that hold the answer against the same libraries without the paragraph
 * that holds it, where the rest of its article still speaks of the matter, against libraries without
 * the article, and against libraries that have what is asked of other things alone.
 */
export const strengthModel = new LogisticModel<StrengthFeatures>(-6.08, {
  bestQuote: 3.89,
  standsOut: 6.27,
  namedCosine: 4.03,
  told: 3.23,
  unrivalled: 0.67,
});

/**
 * Below this strength Hearth says that the documents do not answer. `hearth eval abstention` measures
 * it. Fitted on one half and measured on the other, of questions asked of all paragraphs it declines
 * 4.2 % and 9.0 % of those that they answer, 76 % and 78 % of those whose paragraph was taken away, 95 %
 * and 98 % of those whose article was, and 69 % and 77 % of those with another name in them.
 */
export const declineBelow = 0.3;
