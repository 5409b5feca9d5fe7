import type { AnswerType } from "./answerType.ts";
import type { TextSpan } from "./gradeEvidence.ts";
import { spanCandidates, spanFeatureNames, type SpanFeatures } from "./spanFeatures.ts";
import { spanWeights } from "./spanModel.ts";

/** The stretch of a sentence that answers, word for word. */
export interface AnswerSpan extends TextSpan {
  readonly text: string;
  /** What the question wanted to be told. */
  readonly type: AnswerType;
  /** Likelihood among all stretches of the sentence, 0 to 1. */
  readonly confidence: number;
}

/**
 * The shortest answer that a sentence gives to a question: a date, a number with its unit, a name or a
 * noun phrase, chosen by where the question's words stand and by what kind of thing was asked for.
 *
 * @returns null where the sentence says nothing that the question does not say itself.
 */
export function extractSpan(question: string, sentence: string): AnswerSpan | null {
  const { words, type, candidates } = spanCandidates(question, sentence);
  const scores = candidates.map(({ features }) => spanScore(features));
  const top = Math.max(...scores);
  const best = candidates[scores.indexOf(top)];
  if (!best) return null;
  const start = words[best.from]!.start;
  const end = words[best.to]!.end;
  const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
  return { start, end, text: sentence.slice(start, end), type, confidence: 1 / total };
}

function spanScore(features: SpanFeatures): number {
  return spanFeatureNames.reduce((sum, name) => sum + spanWeights[name] * features[name], 0);
}
