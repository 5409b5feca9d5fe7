import type { ChunkId } from "../../../contract/ids.ts";
import { offersAnswer, wantedBy } from "./answerType.ts";
import { askedFor, without, type AskedFor } from "./askedFor.ts";
import { factsIn } from "./facts.ts";
import {
  quoteModel,
  strengthModel,
  type QuoteFeatures,
  type StrengthFeatures,
} from "./strengthModel.ts";
import { coverage, holds, stemSet, stemsOf, type Term } from "./terms.ts";

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
  /** Share of what is asked, beside the names, that it says in the same words. */
  readonly asked: number;
  /** Where else the same words stand; in an overlapping chunk that may be the same place. */
  readonly elsewhere?: readonly Place[];
}

/** A stretch of a passage. */
export interface Place extends TextSpan {
  readonly chunkId: ChunkId;
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
/** Those of them that are compared once more without the names that the question has, too. */
const namelessLimit = 6;
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
  const asked = askedFor(question);
  const candidates = chooseCandidates(asked.terms, asked.names, passages);
  if (candidates.length === 0) {
    return { strength: 0, features: nothingFound, sentences: [], quote: null };
  }
  const wanted = wantedBy(question);
  const known = { stems: asked.stems, facts: factsIn(question) };
  const compared = candidates.slice(0, comparedLimit);
  const { whole, matter } = await compareMeaning(asked, compared, embed);
  const sentences = candidates
    .map((candidate, at): EvidenceSentence => {
      const parts: QuoteFeatures = {
        words: candidate.words,
        named: candidate.named,
        cosine: whole[at] ?? 0,
        matter: matter[at] ?? 0,
        rank: 1 / (1 + candidate.rank),
        offers: offersAnswer(wanted, candidate.text, known),
      };
      return {
        chunkId: candidate.passage.chunkId,
        start: candidate.start,
        end: candidate.end,
        text: candidate.text,
        score: quoteModel.score(parts),
        parts,
        asked: candidate.asked,
        ...(candidate.elsewhere.length > 0 ? { elsewhere: candidate.elsewhere } : {}),
      };
    })
    .sort((a, b) => b.score - a.score);
  const features = strengthFeatures(sentences);
  const quote = quoteFrom(sentences, passages);
  return { strength: strengthModel.score(features), features, sentences, quote };
}

const nothingFound: StrengthFeatures = {
  bestQuote: 0,
  standsOut: 0,
  namedCosine: 0,
  told: 0,
  unrivalled: 0,
};

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
  /** How near to it the names of the question stand. See {@link QuoteFeatures}. */
  readonly named: number;
  readonly asked: number;
  /** Share of the question's words in the whole passage. */
  readonly near: number;
  readonly elsewhere: Place[];
}

/** The sentences most worth a closer look: those with the question's words, from the best passages. */
function chooseCandidates(
  asked: readonly Term[],
  names: readonly Term[],
  passages: readonly EvidencePassage[],
): Candidate[] {
  const looked = passages.slice(0, passageLimit).map((passage) => {
    const texts = passage.sentences.map(({ start, end }) => passage.text.slice(start, end));
    return { passage, texts, stems: texts.map(stemSet) };
  });
  const all = looked.flatMap(({ stems }) => stems);
  const byRarity = weighByRarity(asked, all);
  const namesByRarity = weighByRarity(names, all);
  const nameStems = stemsOf(names);
  const candidates: Candidate[] = [];
  const seen = new Map<string, Candidate>();
  looked.forEach(({ passage, texts, stems }, rank) => {
    const heading = stemSet(passage.context);
    const whole = stemSet(`${passage.context}\n${passage.text}`);
    const near = coverage(asked, whole);
    passage.sentences.forEach(({ start, end }, at) => {
      const text = texts[at] ?? "";
      const key = text.replace(/\s+/g, " ").trim();
      // Chunks overlap: the same sentence must not stand in the list twice.
      if (key === "") return;
      const same = seen.get(key);
      if (same) {
        same.elsewhere.push({ chunkId: passage.chunkId, start, end });
        return;
      }
      const around = new Set([...(stems[at - 1] ?? []), ...(stems[at + 1] ?? [])]);
      const own = stems[at] ?? new Set<string>();
      const before = passage.sentences[at - 1];
      const leans = before !== undefined && pointsBack.test(text);
      const candidate: Candidate = {
        passage,
        rank,
        start,
        end,
        text,
        inContext: leans ? passage.text.slice(before.start, end) : text,
        covered: coverage(asked, own, around),
        words: coverage(byRarity, own, around),
        named: nearness(namesByRarity, [
          [1, leans ? new Set([...own, ...(stems[at - 1] ?? [])]) : own],
          [besideShare, new Set([...around, ...heading])],
          [passageShare, whole],
        ]),
        asked: coverage(
          byRarity.filter((term) => !holds(nameStems, term)),
          own,
          around,
        ),
        near,
        elsewhere: [],
      };
      seen.set(key, candidate);
      candidates.push(candidate);
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

/** What a name counts that stands next to a sentence or above it, and elsewhere in its passage. */
const besideShare = 0.8;
const passageShare = 0.5;

/** How near terms stand, by weight: each counts as the nearest of the rings that has it. */
function nearness(
  terms: readonly Term[],
  rings: readonly (readonly [share: number, stems: ReadonlySet<string>])[],
): number {
  let total = 0;
  let found = 0;
  for (const term of terms) {
    total += term.weight;
    found += term.weight * (rings.find(([, stems]) => holds(stems, term))?.[0] ?? 0);
  }
  return total === 0 ? 1 : found / total;
}

/** The terms, each counting more the fewer of the sentences have it. */
function weighByRarity(asked: readonly Term[], sentences: readonly ReadonlySet<string>[]): Term[] {
  return asked.map((term) => {
    const having = sentences.filter((stems) => holds(stems, term)).length;
    return { ...term, weight: term.weight * Math.log((sentences.length + 1) / (having + 0.5)) };
  });
}

/**
 * Likeness of meaning of the question and each candidate, with the sentence that it points back to; and
 * of what is asked and what is said without the names of the question: that the same thing is spoken of
 * makes any two sentences alike.
 */
async function compareMeaning(
  asked: AskedFor,
  candidates: readonly Candidate[],
  embed: EmbedTexts,
): Promise<{ whole: number[]; matter: number[] }> {
  const { question, nameless } = asked;
  const texts = candidates.map(({ inContext }) => inContext);
  if (nameless === question) {
    const [own, ...vectors] = await embed([question, ...texts]);
    const whole = vectors.map((vector) => cosine(own, vector));
    return { whole, matter: whole };
  }
  // Most sentences have none of the names, and are compared as they are.
  const bare = texts
    .map((text, at) => ({ at, text: without(text, asked.names), named: text }))
    .filter(({ text, named }) => text !== named)
    .slice(0, namelessLimit);
  const vectors = await embed([question, nameless, ...texts, ...bare.map(({ text }) => text)]);
  const said = vectors.slice(2, 2 + texts.length);
  const saidOf = [...said];
  bare.forEach(({ at }, n) => {
    saidOf[at] = vectors[2 + texts.length + n] ?? new Float32Array();
  });
  return {
    whole: said.map((vector) => cosine(vectors[0], vector)),
    matter: saidOf.map((vector) => cosine(vectors[1], vector)),
  };
}

/** What sentences, best first, tell together. */
export function strengthFeatures(sentences: readonly EvidenceSentence[]): StrengthFeatures {
  const [quote] = sentences;
  if (!quote) return nothingFound;
  const cosines = sentences.flatMap(({ parts }) => (parts.cosine === 0 ? [] : [parts.cosine]));
  const middle = cosines.reduce((sum, one) => sum + one, 0) / Math.max(1, cosines.length);
  const most = (of: (sentence: EvidenceSentence) => number): number =>
    Math.max(0, ...sentences.map(of));
  const rivals = sentences.filter(({ parts }) => parts.named < quote.parts.named);
  const ahead = Math.max(0, ...rivals.map(({ asked }) => asked - quote.asked));
  return {
    bestQuote: quote.score,
    standsOut: Math.max(0, Math.max(0, ...cosines) - middle),
    namedCosine: most(({ parts }) => parts.named * parts.cosine),
    told: most(
      ({ parts, asked }) =>
        (parts.named * (Math.max(0, parts.matter) + asked) * (1 + parts.offers)) / 4,
    ),
    unrivalled: 1 - ahead,
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
