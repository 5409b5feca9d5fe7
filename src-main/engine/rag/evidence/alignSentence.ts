import { hasAddition } from "./additions.ts";
import { isClaimless } from "./claimless.ts";
import { checkClause, clausesOf, segmentsOf, type Clause } from "./clauses.ts";
import { factsIn, isSaid, type Fact } from "./facts.ts";
import { cosine, pointsBack, type EmbedTexts } from "./gradeEvidence.ts";
import { missingNames, namesIn } from "./names.ts";
import { speaksOfAnother } from "./roles.ts";
import { coverage, stemSet, termsOf, uniqueTerms, type Term } from "./terms.ts";

export type Support = "supported" | "partly" | "unsupported";

/** A sentence of a document; where it stands tells which one is before it. */
export interface EvidenceText {
  readonly text: string;
  readonly chunkId?: string;
  readonly start?: number;
}

export interface Alignment {
  readonly support: Support;
  /** Which evidence sentence says it best; null where none comes near. */
  readonly index: number | null;
  /** Which together say it: the best, and another for a clause that the best says nothing of. */
  readonly indexes: readonly number[];
  /** Numbers, dates and names of the sentence that no evidence has, as they are written. */
  readonly missing: string[];
  /** How well the evidence fits, 0 to 1. */
  readonly score: number;
  /** False for a sentence that claims nothing, such as an offer of help: it counts as supported. */
  readonly claims: boolean;
}

/** From this fit on a sentence counts as said by its evidence, or as said in part. */
const supportedFrom = 0.62;
const partlyFrom = 0.42;
/** A clause that fits no evidence better than this is said by none. */
const unsaidBelow = 0.3;
const coverageShare = 0.65;
/** A number or a date counts as much as a name. */
const factWeight = 1.6;
/** Another sentence has to fit a clause better by this much than the one that fits the whole. */
const clearlyBetter = 0.15;
/** From this share of a clause's words beside the names on, a sentence speaks of the same matter. */
const matterShare = 0.5;
/** Evidence sentences that are compared by meaning. */
const comparedByMeaning = 12;

/**
 * Finds the evidence that says what a sentence of an answer says: each clause beside the evidence that
 * has most of its words, names and meaning. A number or date that is in no evidence makes it
 * unsupported, and so does one that the evidence says of something else, and a denial of what the
 * evidence affirms; a name that is in no evidence makes it partly supported at best.
 */
export async function alignSentence(
  sentence: string,
  evidence: readonly EvidenceText[],
  embed: EmbedTexts,
): Promise<Alignment> {
  if (isClaimless(sentence)) {
    return { support: "supported", index: null, indexes: [], missing: [], score: 1, claims: false };
  }
  const { known, names: knownNames, vectors: vectorOf } = prepare(evidence);
  const same = known.find(({ text }) => plain(text) === plain(sentence));
  if (same) {
    const { index } = same;
    return { support: "supported", index, indexes: [index], missing: [], score: 1, claims: true };
  }
  const everything = new Set(known.flatMap(({ stems }) => [...stems]));
  const names = missingNames(sentence, everything);
  const facts = factsIn(sentence);
  const knownFacts = known.flatMap((one) => one.facts);
  const missingFacts = facts.filter((fact) => !isSaid(fact, knownFacts));
  const missing = [
    ...missingFacts.map(({ start, end }) => sentence.slice(start, end)),
    ...names.map(({ text }) => text),
  ];
  const nothing: Alignment = {
    support: "unsupported",
    index: null,
    indexes: [],
    missing,
    score: 0,
    claims: true,
  };
  // Numbers are compared by value, below.
  const terms = uniqueTerms(termsOf(sentence)).filter(({ kind }) => kind !== "number");
  if (known.length === 0) return nothing;

  const compared = known
    .toSorted((a, b) => shareOf(terms, facts, b) - shareOf(terms, facts, a))
    .slice(0, comparedByMeaning);
  const clauses = clausesOf(sentence);
  const parts = clauses.length > 1 ? clauses : [];
  const unseen = compared.filter((one) => !vectorOf.has(one));
  const own = [sentence, ...parts.map(({ text }) => text)];
  const vectors = await embed([...own, ...unseen.map(({ text }) => text)]);
  unseen.forEach((one, at) => vectorOf.set(one, vectors[own.length + at] ?? new Float32Array()));
  const fitTo = (
    wanted: readonly Term[],
    amounts: readonly Fact[],
    vector: Float32Array | undefined,
  ): Fit[] =>
    compared
      .map((one) => {
        const meaning = Math.max(0, cosine(vector, vectorOf.get(one)));
        const covered = shareOf(wanted, amounts, one);
        return { one, meaning, score: coverageShare * covered + (1 - coverageShare) * meaning };
      })
      .sort((a, b) => b.score - a.score || a.one.index - b.one.index);

  const [best] = fitTo(terms, facts, vectors[0]);
  if (!best) return nothing;
  const homes = clauses.map((clause, at) => {
    const ranked = parts.length > 0 ? fitTo(clause.terms, clause.facts, vectors[1 + at]) : [best];
    const ofBest = ranked.find(({ one }) => one === best.one);
    const first = ranked[0] ?? best;
    const home = ofBest && first.score < ofBest.score + clearlyBetter ? ofBest : first;
    return { clause, home: home.one, score: home.score };
  });
  const used = [...new Set([best.one, ...homes.map(({ home }) => home)])].slice(0, 2);
  const together = {
    stems: new Set(used.flatMap(({ stems }) => [...stems])),
    facts: used.flatMap((one) => one.facts),
  };
  const score =
    coverageShare * shareOf(terms, facts, together) + (1 - coverageShare) * best.meaning;
  if (score < partlyFrom) return { ...nothing, score };

  const verdicts = homes.flatMap(({ clause, home }) => [
    checkClause(clause, home, knownNames),
    ...(isSaidOfAnother(clause, home, known, knownNames) ? (["of-something-else"] as const) : []),
  ]);
  const refuted =
    missingFacts.length > 0 ||
    names.some(({ inPart }) => inPart) ||
    verdicts.some((verdict) => verdict !== "said");
  const adds =
    names.length > 0 ||
    hasAddition(sentence, everything) ||
    homes.some((one) => one.score < unsaidBelow);
  const whole = score >= supportedFrom && !adds;
  return {
    support: refuted ? "unsupported" : whole ? "supported" : "partly",
    index: best.one.index,
    indexes: used.map(({ index }) => index),
    missing,
    score,
    claims: true,
  };
}

/**
 * What the best evidence has of a clause may be the names alone: then another sentence has its matter,
 * and may say it of something else.
 */
function isSaidOfAnother(
  { text, terms }: Clause,
  home: Known,
  known: readonly Known[],
  names: ReadonlySet<string>,
): boolean {
  const matter = terms.filter(({ stem }) => !names.has(stem));
  if (matter.length === 0 || coverage(matter, home.stems) >= matterShare) return false;
  return known.some(
    (one) => coverage(matter, one.stems) >= matterShare && speaksOfAnother(text, one, names),
  );
}

interface Known {
  readonly index: number;
  readonly text: string;
  /** Where the sentence points back, with the stems of what it points to. */
  readonly stems: ReadonlySet<string>;
  readonly facts: readonly Fact[];
  readonly clauses: readonly Clause[];
}

interface Fit {
  readonly one: Known;
  readonly meaning: number;
  readonly score: number;
}

interface Prepared {
  readonly known: readonly Known[];
  /** Stems that stand as names in it. */
  readonly names: ReadonlySet<string>;
  readonly vectors: Map<Known, Float32Array>;
}

const prepared = new WeakMap<readonly EvidenceText[], Prepared>();

/** An answer has several sentences and one list of evidence: what is known of that is worked out once. */
function prepare(evidence: readonly EvidenceText[]): Prepared {
  let one = prepared.get(evidence);
  if (!one) {
    const known = evidence.map((each, at) => describe(each, at, evidence));
    const names = namesIn(evidence.map(({ text }) => text));
    prepared.set(evidence, (one = { known, names, vectors: new Map() }));
  }
  return one;
}

/** How much of the words, numbers and dates is in the evidence, from 0 to 1. */
function shareOf(
  terms: readonly Term[],
  facts: readonly Fact[],
  known: Pick<Known, "stems" | "facts">,
): number {
  const words = terms.reduce((sum, { weight }) => sum + weight, 0);
  const total = words + factWeight * facts.length;
  if (total === 0) return 0;
  const said = facts.filter((fact) => isSaid(fact, known.facts)).length;
  return (words * coverage(terms, known.stems) + factWeight * said) / total;
}

function describe(one: EvidenceText, index: number, all: readonly EvidenceText[]): Known {
  const before = pointsBack.test(one.text) ? sentenceBefore(one, all) : undefined;
  const stems = stemSet(before ? `${before.text} ${one.text}` : one.text);
  return { index, text: one.text, stems, facts: factsIn(one.text), clauses: segmentsOf(one.text) };
}

/** The nearest sentence before it in the same passage. */
function sentenceBefore(one: EvidenceText, all: readonly EvidenceText[]): EvidenceText | undefined {
  const { chunkId, start } = one;
  if (chunkId === undefined || start === undefined) return undefined;
  return all
    .filter((other) => other.chunkId === chunkId && (other.start ?? start) < start)
    .toSorted((a, b) => (b.start ?? 0) - (a.start ?? 0))[0];
}

/** Without case, line ends and what ends it: what is word for word the same needs no further check. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/gu, " ")
    .replace(/[.!?\s]+$/u, "")
    .trim();
}
