import { HearthError } from "../../contract/errors.ts";
import type { TokenBudget } from "../../contract/search.ts";

/** What a model's template puts around the parts of a prompt, at most, in tokens. */
const templateTokens = 64;
/** The answer has at least so much of the context, where it can use it. */
const answerShare = 0.25;

/** The part of a context that stays free for an answer of at most `maxTokens`. */
export function answerRoom(contextTokens: number, maxTokens: number): number {
  return Math.min(maxTokens, Math.floor(contextTokens * answerShare));
}

/**
 * Divides a model's context for an answer from documents. What is fixed (system prompt, question)
 * goes first, then the answer, and the evidence has the rest up to its own limit. There is no history:
 * a question that leans on the conversation is made to stand alone, so that the prompt begins alike
 * for every question about the same passages.
 *
 * @throws HearthError `context-full` where nothing is left for evidence
 */
export function divideContext(request: {
  contextTokens: number;
  system: number;
  question: number;
  answer: number;
  /** More evidence than this is not wanted, however large the context. */
  evidenceLimit: number;
}): TokenBudget {
  const { contextTokens, system, question } = request;
  const answer = answerRoom(contextTokens, request.answer);
  const left = contextTokens - system - question - answer - templateTokens;
  if (left < minEvidenceTokens) {
    throw new HearthError({
      code: "context-full",
      title: "The question is too long for this model's context.",
      cause: `Of ${contextTokens} tokens the question takes ${question} and the prompt around it ${system}, so no passage fits.`,
      suggestion: "Shorten the question, or raise the context size in Settings.",
    });
  }
  const evidence = Math.min(left, request.evidenceLimit);
  return { contextTokens, system, history: 0, evidence, question, answer };
}

/** A passage of less says nothing. */
const minEvidenceTokens = 48;

/**
 * The items that fit into so many tokens, in their order. One that does not fit is left out and told
 * about, and smaller ones behind it may still fit.
 */
export function fitItems<T>(
  items: readonly T[],
  tokensOf: (item: T) => number,
  room: number,
): { fitting: T[]; left: T[]; tokens: number } {
  const fitting: T[] = [];
  const left: T[] = [];
  let tokens = 0;
  for (const item of items) {
    const size = tokensOf(item);
    if (tokens + size > room) left.push(item);
    else {
      fitting.push(item);
      tokens += size;
    }
  }
  return { fitting, left, tokens };
}
