import { answerWords } from "./normalizeAnswer.ts";

export interface AnswerScores {
  readonly exactMatch: number;
  readonly f1: number;
  readonly contained: number;
}

/**
 * An answer against all that count as right, each number by the one that fits best, as SQuAD does.
 * `contained` is 1 where the words of a right answer stand in the answer, one after the other: what a
 * whole sentence can reach. An empty answer reaches nothing.
 */
export function scoreAnswer(predicted: string, right: readonly string[]): AnswerScores {
  const words = answerWords(predicted);
  const best = { exactMatch: 0, f1: 0, contained: 0 };
  if (words.length === 0) return best;
  for (const answer of right) {
    const wanted = answerWords(answer);
    if (wanted.length === 0) continue;
    const same = words.length === wanted.length && words.every((word, at) => word === wanted[at]);
    best.exactMatch = Math.max(best.exactMatch, same ? 1 : 0);
    best.f1 = Math.max(best.f1, f1(words, wanted));
    best.contained = Math.max(best.contained, holdsWords(words, wanted) ? 1 : 0);
  }
  return best;
}

/** Whether the words of one text stand in another, one after the other. */
export function holdsAnswer(text: string, answer: string): boolean {
  const wanted = answerWords(answer);
  return wanted.length > 0 && holdsWords(answerWords(text), wanted);
}

function holdsWords(words: readonly string[], wanted: readonly string[]): boolean {
  return words.some((_, from) => wanted.every((word, at) => words[from + at] === word));
}

/** Of the words as a bag: a word counts as often as both have it. */
function f1(words: readonly string[], wanted: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of words) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common += 1;
  }
  if (common === 0) return 0;
  const precision = common / words.length;
  const recall = common / wanted.length;
  return (2 * precision * recall) / (precision + recall);
}
