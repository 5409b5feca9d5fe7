import type { Evidence, EvidenceSentence } from "../rag/evidence/gradeEvidence.ts";
import type { QuoteFeatures, StrengthFeatures } from "../rag/evidence/strengthModel.ts";
import { fitLogistic, scoreOf, type LogisticFit } from "./fitLogistic.ts";

/** Whether a library answers a question, has lost the answer, or speaks of something else. */
export type CaseKind = "answerable" | "removed" | "elsewhere";

/** A question asked of a library, and what the product made of it. */
export interface GradedCase {
  readonly question: string;
  readonly kind: CaseKind;
  /** Where the question comes from. */
  readonly source: string;
  /** Questions of one half share no article with those of the other. */
  readonly half: 0 | 1;
  readonly evidence: Evidence;
  readonly holdsAnswer: (sentence: EvidenceSentence) => boolean;
}

export const quoteNames = [
  "words",
  "cosine",
  "rank",
  "offers",
] as const satisfies (keyof QuoteFeatures)[];
export const strengthNames = [
  "sentenceCosine",
  "bestQuote",
  "standsOut",
] as const satisfies (keyof StrengthFeatures)[];

/** The weights of both models; null for quotes where no sentence is known to hold an answer. */
export interface EvidenceFit {
  readonly quote: LogisticFit | null;
  readonly strength: LogisticFit;
}

/**
 * Fits both models that judge evidence. Answerable questions count as much in all as the others, and of
 * those both kinds the same.
 */
export function fitEvidenceModels(cases: readonly GradedCase[]): EvidenceFit {
  const sentences = cases
    .filter((one) => one.kind === "answerable" && one.evidence.sentences.some(one.holdsAnswer))
    .flatMap((one) =>
      one.evidence.sentences
        .filter(({ parts }) => parts.cosine !== 0)
        .map((sentence) => ({
          features: quoteNames.map((name) => sentence.parts[name]),
          positive: one.holdsAnswer(sentence),
          weight: 1,
        })),
    );
  const quote = sentences.length > 0 ? fitLogistic(sentences, { steps: 400 }) : null;
  const counts = Object.groupBy(cases, ({ kind }) => kind);
  const others = (["removed", "elsewhere"] as const).filter((kind) => counts[kind]).length;
  const strength = fitLogistic(
    cases.map((one) => ({
      features: strengthFeatures(quote, one),
      positive: one.kind === "answerable",
      weight: 1 / ((one.kind === "answerable" ? 1 : others) * (counts[one.kind]?.length ?? 1)),
    })),
    { steps: 1_500 },
  );
  return { quote, strength };
}

/** The strength that fitted weights give a case. */
export function fittedStrength(fit: EvidenceFit, one: GradedCase): number {
  return scoreOf(fit.strength, strengthFeatures(fit.quote, one));
}

function strengthFeatures(quote: LogisticFit | null, { evidence }: GradedCase): number[] {
  const best = quote
    ? evidence.sentences.map(({ parts }) =>
        scoreOf(
          quote,
          quoteNames.map((name) => parts[name]),
        ),
      )
    : [evidence.features.bestQuote];
  const features: StrengthFeatures = { ...evidence.features, bestQuote: Math.max(0, ...best) };
  return strengthNames.map((name) => features[name]);
}
