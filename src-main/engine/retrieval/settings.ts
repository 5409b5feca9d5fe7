/** How lists become one ranking. Every technique can be switched off, so that its gain can be measured. */
export interface RetrievalSettings {
  /** What of a list counts: how good its scores are, or only their order. */
  readonly fusion: "score" | "rank";
  /** Share of the vector list in the fused score, 0 to 1; the keyword list has the rest. */
  readonly vectorShare: number;
  /** Share of the nearest neighbours in a passage's score, 0 to 1; 0 leaves them out. */
  readonly neighbourShare: number;
  /** How many neighbours count. */
  readonly neighbours: number;
  /** Share of a reranker in the score of a passage that it has read, 0 to 1; 0 asks none. */
  readonly rerankShare: number;
  /** How many of the best passages a reranker is given. */
  readonly reranked: number;
}

/**
 * Found by cross-validation (`hearth eval retrieval --folds 5`), where values near these do as well:
 * round numbers, so that they fit no collection in particular.
 */
export const defaultSettings: RetrievalSettings = {
  fusion: "score",
  vectorShare: 0.5,
  neighbourShare: 0.5,
  neighbours: 5,
  rerankShare: 0.75,
  reranked: 32,
};

/** Reciprocal rank fusion and nothing else, to compare with. */
export const plainFusion: RetrievalSettings = {
  ...defaultSettings,
  fusion: "rank",
  neighbourShare: 0,
  rerankShare: 0,
};
