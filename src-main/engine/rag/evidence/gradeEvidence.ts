import type { ChunkId } from "../../../contract/ids.ts";
import { answerTypeOf, offersAnswer } from "./answerType.ts";
import {
  quoteModel,
  strengthModel,
  type QuoteFeatures,
  type StrengthFeatures,
} from "./strengthModel.ts";
import { coverage, holds, stemSet, termsOf, uniqueTerms, type Term } from "./terms.ts";

/** A stretch of a text in UTF-16 units, end excluded. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** A retrieved chunk, best first in its list. */
export interface EvidencePassage {
  readonly chunkId: ChunkId;
  readonly text: string;
  /** Headings above the chunk, or "". */
  readonly context: string;
  readonly sentences: readonly TextSpan[];
}

/** A sentence of a passage, word for word, with what speaks for it. */
export interface EvidenceSentence extends TextSpan {
  readonly chunkId: ChunkId;
  readonly text: string;
  /** Likelihood that it holds the answer, 0 to 1; comparable within one question. */
  readonly score: number;
  readonly parts: QuoteFeatures;
}

export interface Evidence {
  /** Likelihood that the passages speak of what was asked, 0 to 1. See `declineBelow`. */
  readonly strength: number;
  readonly features: StrengthFeatures;
  /** Best first; none twice. */
  readonly sentences: readonly EvidenceSentence[];
  /** What to quote: the best sentence, with a neighbour where it cannot stand alone. */
  readonly quote: EvidenceSentence | null;
}

/** Turns texts into normalised vectors, one for each, in order. */
export type EmbedTexts = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

/** Sentences that are looked at more closely; an answer's sentences are checked against them. */
const candidateLimit = 24;
/**
 * Those that are compared by meaning, each of which costs a run of the embedder. With 6, 10, 12, 14 or
 * 24 the questions of XQuAD that are declined are the same to within one in a hundred.
 */
const comparedLimit = 12;
/** Passages whose sentences are looked at. */
const passageLimit = 12;
const shortQuoteCharacters = 45;
const longQuoteCharacters = 420;

/**
 * Judges in code, without a language model, whether passages answer a question and which sentence
 * does it best: words, names and numbers of the question that are found again, likeness of meaning,
 * and whether the sentence offers the kind of thing that was asked for.
 */
export async function gradeEvidence(
  question: string,
  passages: readonly EvidencePassage[],
  embed: EmbedTexts,
): Promise<Evidence> {
  const asked = uniqueTerms(termsOf(question));
  const candidates = chooseCandidates(asked, passages);
  if (candidates.length === 0) {
    return { strength: 0, features: nothingFound, sentences: [], quote: null };
  }
  const similar = await compareMeaning(question, candidates.slice(0, comparedLimit), embed);
  const askedStems = new Set(asked.map((term) => term.stem));
  const type = answerTypeOf(question);
  const sentences = candidates
    .map((candidate, at): EvidenceSentence => {
      const parts: QuoteFeatures = {
        words: candidate.words,
        cosine: similar[at] ?? 0,
        rank: 1 / (1 + candidate.rank),
        offers: offersAnswer(type, candidate.text, askedStems) ? 1 : 0,
      };
      return {
        chunkId: candidate.passage.chunkId,
        start: candidate.start,
        end: candidate.end,
        text: candidate.text,
        score: quoteModel.score(parts),
        parts,
      };
    })
    .sort((a, b) => b.score - a.score);
  const features = strengthFeatures(sentences, similar);
  const quote = quoteFrom(sentences, passages);
  return { strength: strengthModel.score(features), features, sentences, quote };
}

const nothingFound: StrengthFeatures = { sentenceCosine: 0, bestQuote: 0, standsOut: 0 };

interface Candidate extends TextSpan {
  readonly passage: EvidencePassage;
  readonly rank: number;
  readonly text: string;
  /** The sentence before it as well, where it points back to that; else the same as `text`. */
  readonly inContext: string;
  /** Share of the question's words that it has; those next to it count by half. */
  readonly covered: number;
  /** The same, where words that few of the sentences have count more. */
  readonly words: number;
  /** Share of the question's words in the whole passage. */
  readonly near: number;
}

/** The sentences most worth a closer look: those with the question's words, from the best passages. */
function chooseCandidates(
  asked: readonly Term[],
  passages: readonly EvidencePassage[],
): Candidate[] {
  const looked = passages.slice(0, passageLimit).map((passage) => {
    const texts = passage.sentences.map(({ start, end }) => passage.text.slice(start, end));
    return { passage, texts, stems: texts.map(stemSet) };
  });
  const byRarity = weighByRarity(
    asked,
    looked.flatMap(({ stems }) => stems),
  );
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  looked.forEach(({ passage, texts, stems }, rank) => {
    const near = coverage(asked, stemSet(`${passage.context}\n${passage.text}`));
    passage.sentences.forEach(({ start, end }, at) => {
      const text = texts[at] ?? "";
      const key = text.replace(/\s+/g, " ").trim();
      // Chunks overlap: the same sentence must not stand in the list twice.
      if (key === "" || seen.has(key)) return;
      seen.add(key);
      const around = new Set([...(stems[at - 1] ?? []), ...(stems[at + 1] ?? [])]);
      const own = stems[at] ?? new Set<string>();
      const before = passage.sentences[at - 1];
      candidates.push({
        passage,
        rank,
        start,
        end,
        text,
        inContext: before && pointsBack.test(text) ? passage.text.slice(before.start, end) : text,
        covered: coverage(asked, own, around),
        words: coverage(byRarity, own, around),
        near,
      });
    });
  });
  return candidates
    .map((candidate) => ({
      candidate,
      promise: candidate.covered + candidate.near + 1 / (1 + candidate.rank),
    }))
    .sort((a, b) => b.promise - a.promise)
    .slice(0, candidateLimit)
    .map(({ candidate }) => candidate);
}

/** The terms, each counting more the fewer of the sentences have it. */
function weighByRarity(asked: readonly Term[], sentences: readonly ReadonlySet<string>[]): Term[] {
  return asked.map((term) => {
    const having = sentences.filter((stems) => holds(stems, term)).length;
    return { ...term, weight: term.weight * Math.log((sentences.length + 1) / (having + 0.5)) };
  });
}

/** Likeness of meaning of the question and each candidate; with the sentence that it points back to. */
async function compareMeaning(
  question: string,
  candidates: readonly Candidate[],
  embed: EmbedTexts,
): Promise<number[]> {
  const [asked, ...vectors] = await embed([
    question,
    ...candidates.map(({ inContext }) => inContext),
  ]);
  return candidates.map((_, at) => cosine(asked, vectors[at]));
}

function strengthFeatures(
  sentences: readonly EvidenceSentence[],
  cosines: readonly number[],
): StrengthFeatures {
  const best = Math.max(0, ...cosines);
  const middle = cosines.reduce((sum, one) => sum + one, 0) / Math.max(1, cosines.length);
  return {
    sentenceCosine: best,
    bestQuote: sentences[0]?.score ?? 0,
    standsOut: Math.max(0, best - middle),
  };
}

/**
 * The best sentence, together with the one before it if it only points back or is a mere stub, or with
 * the one behind it if that is what it opens: a colon, or a term that is explained below it.
 */
function quoteFrom(
  sentences: readonly EvidenceSentence[],
  passages: readonly EvidencePassage[],
): EvidenceSentence | null {
  const best = sentences[0];
  const passage = passages.find((one) => one.chunkId === best?.chunkId);
  if (!best || !passage) return null;
  const at = passage.sentences.findIndex((span) => span.start === best.start);
  const before = passage.sentences[at - 1];
  const after = passage.sentences[at + 1];
  let { start, end } = best;
  if (pointsBack.test(best.text) && before) start = before.start;
  if (opens.test(best.text) && after) end = after.end;
  if (end - start < shortQuoteCharacters) {
    if (after && (!before || !isFinished.test(best.text))) end = after.end;
    else if (before) start = before.start;
  }
  if (end - start > longQuoteCharacters) return best;
  return { ...best, start, end, text: passage.text.slice(start, end) };
}

const opens = /:\s*$/u;
const isFinished = /[.!?。！？…]["'”’»)\]]*\s*$/u;

export const pointsBack =
  /^["'“‘(]?(?:it|its|they|their|them|he|his|him|she|her|this|these|those|such|both|the (?:latter|former)|er|sie|es|dies\p{L}*)\b/iu;

/** Of vectors of any length; 0 if one is missing or empty. */
export function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b || a.length !== b.length) return 0;
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let at = 0; at < a.length; at += 1) {
    const x = a[at] ?? 0;
    const y = b[at] ?? 0;
    product += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  const length = Math.sqrt(squaresA * squaresB);
  return length === 0 ? 0 : product / length;
}
