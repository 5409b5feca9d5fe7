import { cosine, type EmbedTexts } from "./gradeEvidence.ts";
import { coverage, stemSet, termsOf, uniqueTerms, type Term } from "./terms.ts";

export type Support = "supported" | "partly" | "unsupported";

export interface Alignment {
  readonly support: Support;
  /** Which evidence sentence says it best; null where none comes near. */
  readonly index: number | null;
  /** Names and numbers of the sentence that no evidence has, as they are written. */
  readonly missing: readonly string[];
  /** How well the best evidence fits, 0 to 1. */
  readonly score: number;
}

/** From this fit on a sentence counts as said by its evidence, or as said in part. */
const supportedFrom = 0.62;
const partlyFrom = 0.42;
const coverageShare = 0.65;
/** Evidence sentences that are compared by meaning. */
const comparedByMeaning = 12;

/**
 * Finds the evidence that says what a sentence of an answer says, by shared words, names, numbers and
 * meaning. A number that is in no evidence makes it unsupported, a name at best partly supported:
 * those are what invented answers get wrong.
 */
export async function alignSentence(
  sentence: string,
  evidence: readonly { readonly text: string }[],
  embed: EmbedTexts,
): Promise<Alignment> {
  const terms = uniqueTerms(termsOf(sentence));
  const stems = evidence.map((one) => stemSet(one.text));
  const missing = missingFacts(sentence, terms, stems);
  const nothing: Alignment = { support: "unsupported", index: null, missing, score: 0 };
  if (terms.length === 0 || evidence.length === 0) return nothing;

  const shared = stems.map((set, index) => ({ index, covered: coverage(terms, set) }));
  const compared = shared.sort((a, b) => b.covered - a.covered).slice(0, comparedByMeaning);
  const [own, ...others] = await embed([
    sentence,
    ...compared.map(({ index }) => evidence[index]?.text ?? ""),
  ]);
  const scored = compared
    .map(({ index, covered }, at) => ({
      index,
      covered,
      score: coverageShare * covered + (1 - coverageShare) * Math.max(0, cosine(own, others[at])),
    }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const best = scored[0];
  if (!best || best.score < partlyFrom) return { ...nothing, score: best?.score ?? 0 };

  const numbers = terms.filter((term) => term.kind === "number");
  const inBest = stems[best.index] ?? new Set<string>();
  let support: Support = best.score >= supportedFrom ? "supported" : "partly";
  // The right number beside another statement is not evidence for this one.
  if (missing.length > 0 || numbers.some((term) => !inBest.has(term.stem))) support = "partly";
  if (numbers.some((term) => stems.every((set) => !set.has(term.stem)))) support = "unsupported";
  return { support, index: best.index, missing, score: best.score };
}

function missingFacts(
  sentence: string,
  terms: readonly Term[],
  stems: readonly ReadonlySet<string>[],
): string[] {
  return terms
    .filter((term) => term.kind !== "word" && stems.every((set) => !set.has(term.stem)))
    .map((term) => sentence.slice(term.start, term.end));
}
