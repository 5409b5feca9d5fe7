import {
  strengthFeatures,
  type Evidence,
  type EvidenceSentence,
} from "../rag/evidence/gradeEvidence.ts";
import type { QuoteFeatures, StrengthFeatures } from "../rag/evidence/strengthModel.ts";
import { fitLogistic, scoreOf, type LogisticFit } from "./fitLogistic.ts";

/**
 * Whether a library answers a question, has lost the answer, or speaks of something else; `near` where
 * it has what is asked of other things alone.
 */
export type CaseKind = "answerable" | "removed" | "elsewhere" | "near";

/** The last evidence of a question, and whether it is still too weak for the queries it took. */
export interface TriedEvidence {
  readonly evidence: Evidence;
  readonly declined: boolean;
}

/** A question asked of a library, and what the product made of it. */
export interface GradedCase {
  readonly question: string;
  readonly kind: CaseKind;
  /** Where the question comes from. */
  readonly source: string;
  /** Questions of one half share no article with those of the other. */
  readonly half: 0 | 1;
  readonly evidence: Evidence;
  /** After the other queries that the product tries where it is weak; the same where it is not. */
  readonly tried: TriedEvidence;
  readonly holdsAnswer: (sentence: EvidenceSentence) => boolean;
}

export const quoteNames = [
  "words",
  "named",
  "cosine",
  "matter",
  "rank",
  "offers",
] as const satisfies (keyof QuoteFeatures)[];
export const strengthNames = [
  "bestQuote",
  "standsOut",
  "namedCosine",
  "told",
  "unrivalled",
] as const satisfies (keyof StrengthFeatures)[];

/** The weights of both models; null for quotes where no sentence is known to hold an answer. */
export interface EvidenceFit {
  readonly quote: LogisticFit | null;
  readonly strength: LogisticFit;
}

/** Of what does not answer, so many sentences of a question speak against their like. */
const contrarySentences = 4;
const contraryWeight = 0.5;

/**
 * Fits both models that judge evidence. Answerable questions count as much in all as the others, and of
 * those each kind the same; within a kind a source counts by the square root of its questions, so that
 * a small one is heard.
 */
export function fitEvidenceModels(cases: readonly GradedCase[]): EvidenceFit {
  const sentences = cases.flatMap((one) => {
    const { kind, evidence, holdsAnswer } = one;
    const features = ({ parts }: EvidenceSentence) => quoteNames.map((name) => parts[name]);
    const compared = evidence.sentences.filter(({ parts }) => parts.cosine !== 0);
    if (kind === "answerable") {
      if (!evidence.sentences.some(holdsAnswer)) return [];
      return compared.map((sentence) => ({
        features: features(sentence),
        positive: holdsAnswer(sentence),
        weight: 1,
      }));
    }
    // What is about something else is told by its likeness alone.
    if (kind === "elsewhere") return [];
    return compared.slice(0, contrarySentences).map((sentence) => ({
      features: features(sentence),
      positive: false,
      weight: contraryWeight,
    }));
  });
  const quote = sentences.some(({ positive }) => positive)
    ? fitLogistic(sentences, { steps: 400 })
    : null;
  const weightOf = weigh(cases);
  const strength = fitLogistic(
    cases.map((one) => ({
      features: strengthFeaturesOf(quote, one),
      positive: one.kind === "answerable",
      weight: weightOf(one),
    })),
    { steps: 1_500 },
  );
  return { quote, strength };
}

function weigh(cases: readonly GradedCase[]): (one: GradedCase) => number {
  const sizes = new Map<CaseKind, Map<string, number>>();
  for (const { kind, source } of cases) {
    const sources = sizes.get(kind) ?? new Map<string, number>();
    sizes.set(kind, sources.set(source, (sources.get(source) ?? 0) + 1));
  }
  const others = [...sizes.keys()].filter((kind) => kind !== "answerable").length;
  return ({ kind, source }) => {
    const sources = sizes.get(kind) ?? new Map<string, number>();
    const own = sources.get(source) ?? 1;
    const all = [...sources.values()].reduce((sum, size) => sum + Math.sqrt(size), 0);
    return Math.sqrt(own) / all / own / (kind === "answerable" ? 1 : others);
  };
}

/** The strength that fitted weights give a case. */
export function fittedStrength(fit: EvidenceFit, one: GradedCase): number {
  return scoreOf(fit.strength, strengthFeaturesOf(fit.quote, one));
}

function strengthFeaturesOf(quote: LogisticFit | null, { evidence }: GradedCase): number[] {
  const sentences = quote
    ? evidence.sentences
        .map((sentence) => ({
          ...sentence,
          score: scoreOf(
            quote,
            quoteNames.map((name) => sentence.parts[name]),
          ),
        }))
        .sort((a, b) => b.score - a.score)
    : evidence.sentences;
  const features = strengthFeatures(sentences);
  return strengthNames.map((name) => features[name]);
}
