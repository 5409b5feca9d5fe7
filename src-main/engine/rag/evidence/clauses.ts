import { isGerman } from "../../index/german.ts";
import { factsIn, isSaid, type Fact } from "./facts.ts";
import { areOpposed, denies } from "./polarity.ts";
import { coverage, stemSet, termsOf, uniqueTerms, type Term } from "./terms.ts";

/** A part of a sentence that claims something of its own. */
export interface Clause {
  readonly text: string;
  readonly terms: readonly Term[];
  readonly facts: readonly Fact[];
}

const joints =
  /[,;:]\s+(?:and|but|while|und|aber|wobei|sondern)\s+|[;:]\s+|,\s+|\s+(?:and|but|while|und|aber)\s+/gu;

/** The clauses of a sentence; what is too short to claim something goes with the next one. */
export function clausesOf(sentence: string): Clause[] {
  const facts = factsIn(sentence);
  const cuts = [...sentence.matchAll(joints)]
    .map((match) => ({ from: match.index, to: match.index + match[0].length }))
    // "May 3, 1931" is one thing.
    .filter(({ from, to }) => facts.every(({ start, end }) => to <= start || from >= end));
  const clauses: Clause[] = [];
  let start = 0;
  for (const [at, cut] of [...cuts, { from: sentence.length, to: sentence.length }].entries()) {
    const clause = clauseOf(sentence.slice(start, cut.from));
    const rest = clauseOf(sentence.slice(cut.to));
    if (at < cuts.length && (isSlight(clause) || isSlight(rest))) continue;
    clauses.push(clause);
    start = cut.to;
  }
  return clauses;
}

/** The same without joining: a denial counts only where it stands. */
export function segmentsOf(sentence: string): Clause[] {
  const facts = factsIn(sentence);
  const segments: Clause[] = [];
  let start = 0;
  for (const match of sentence.matchAll(joints)) {
    const to = match.index + match[0].length;
    if (facts.some((fact) => to > fact.start && match.index < fact.end)) continue;
    segments.push(clauseOf(sentence.slice(start, match.index)));
    start = to;
  }
  return [...segments, clauseOf(sentence.slice(start))];
}

function clauseOf(text: string): Clause {
  const terms = uniqueTerms(termsOf(text)).filter(({ kind }) => kind !== "number");
  return { text, terms, facts: factsIn(text) };
}

function isSlight({ terms, facts }: Clause): boolean {
  return terms.length + facts.length < 3;
}

/** What evidence says of a clause. */
export type Verdict = "said" | "contrary" | "of-something-else";

/** From this share of the clause's words on, a clause of the evidence speaks of the same thing. */
const sameMatter = 0.4;

/** Compares a clause with one sentence of the evidence by what words alone cannot tell. */
export function checkClause(clause: Clause, evidence: Evidence): Verdict {
  if (clause.facts.some((fact) => !isSaid(fact, evidence.facts))) return "of-something-else";
  const [home] = evidence.clauses
    .map((one) => ({ one, covered: coverage(clause.terms, stemSet(one.text)) }))
    .sort((a, b) => b.covered - a.covered);
  if (!home || home.covered < sameMatter) return "said";
  const contrary =
    denies(clause.text) !== denies(home.one.text) || areOpposed(clause.text, home.one.text);
  if (contrary || hasOtherAmount(clause, home.one)) return "contrary";
  return isTurnedRound(clause, home.one.text) ? "contrary" : "said";
}

export interface Evidence {
  readonly facts: readonly Fact[];
  readonly clauses: readonly Clause[];
}

/** "fell by 8 %" beside "rose by 8 % and fell by 3 %": the amount stands with something else. */
function hasOtherAmount(clause: Clause, home: Clause): boolean {
  return clause.facts.some(
    (fact) =>
      fact.kind === "number" &&
      !isSaid(fact, home.facts) &&
      home.facts.some(
        (other) =>
          other.kind === "number" && other.unit === fact.unit && !isSaid(other, clause.facts),
      ),
  );
}

/**
 * "B beat A" beside "A beat B": two names round the same word, the other way round. In German the
 * order of words does not tell who does what.
 */
function isTurnedRound(clause: Clause, home: string): boolean {
  if (isGerman(clause.text) || isGerman(home)) return false;
  const own = termsOf(clause.text);
  const theirs = termsOf(home);
  const placeOf = new Map(theirs.map(({ stem }, at) => [stem, at]));
  if (passive.test(clause.text) !== passive.test(home)) return false;
  const names = own.flatMap(({ stem, kind }, at) => {
    const there = placeOf.get(stem);
    const capital = kind === "name" || (at === 0 && own[1]?.kind === "name");
    return capital && there !== undefined && theirs[there]?.kind !== "number"
      ? [{ at, there }]
      : [];
  });
  const middles = own.flatMap(({ stem, kind }, at) => {
    const there = placeOf.get(stem);
    return kind === "word" && there !== undefined ? [{ at, there }] : [];
  });
  return middles.some(
    (middle) =>
      names.some((one) => one.at < middle.at && one.there > middle.there) &&
      names.some((one) => one.at > middle.at && one.there < middle.there),
  );
}

const passive = /\b(?:by|von|vom|durch|wurde|wurden|wird|werden)\b/iu;
