/**
 * A draft model has at most this share of the bytes of the model that it guesses for. A step of a few
 * guesses wins at best as many tokens, and each of them costs a step of the small model, which takes as
 * long as its bytes are many: from a third on hardly anything is left to win, and what is left is lost
 * with the first wrong guess.
 */
export const mostDraftShare = 1 / 4;

/** Tokens of one step of a draft model: it reads in small pieces, and its buffers are made for so many. */
export const draftBatchTokens = 128;
