import type {
  Abstention,
  CaseScores,
  EvalArm,
  EvalCase,
  ScoreName,
} from "../../../contract/evals.ts";
import { mean } from "../metrics.ts";

export const noScores: CaseScores = {
  recallAt1: null,
  recallAt5: null,
  recallAt10: null,
  mrrAt10: null,
  ndcgAt10: null,
  citationPrecision: null,
  citationRecall: null,
  pageCorrect: null,
  goldInQuote: null,
  exactMatch: null,
  f1: null,
  contained: null,
  faithfulness: null,
  obeyed: null,
  repeatedOrder: null,
};

export const scoreNames = Object.keys(noScores) as readonly ScoreName[];

export type ArmNumbers = Pick<EvalArm, "done" | "scores" | "sentences" | "abstention" | "medianMs">;

/**
 * The numbers of one way of answering. Each is the mean over the questions that it applies to;
 * faithfulness alone is taken over all sentences of all answers, so that a long answer weighs more.
 */
export function summarizeCases(cases: readonly EvalCase[]): ArmNumbers {
  const scores = { ...noScores };
  for (const name of scoreNames) {
    const values = cases.map((one) => one.scores[name]).filter((value) => value !== null);
    scores[name] = values.length === 0 ? null : mean(values);
  }
  const sentences = cases.flatMap((one) => one.sentences);
  const supported = sentences.filter(({ support }) => support === "supported").length;
  scores.faithfulness = sentences.length === 0 ? null : supported / sentences.length;
  return {
    done: cases.length,
    scores,
    sentences: sentences.length,
    abstention: confusion(cases),
    medianMs: middle(cases.map(({ ms }) => ms)),
  };
}

/** Who was answered and who was not, of those that should and should not have been. */
export function confusion(
  cases: readonly Pick<EvalCase, "answerable" | "abstained">[],
): Abstention {
  const count = (answerable: boolean, abstained: boolean): number =>
    cases.filter((one) => one.answerable === answerable && one.abstained === abstained).length;
  return {
    answered: count(true, false),
    wronglyDeclined: count(true, true),
    wronglyAnswered: count(false, false),
    declined: count(false, true),
  };
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
