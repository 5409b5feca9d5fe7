import { factsIn, isSaid, type Fact } from "./facts.ts";
import { areOpposed, denies } from "./polarity.ts";
import { isTurnedRound, ownsInstead, speaksOfAnother } from "./roles.ts";
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

/**
 * Compares a clause with one sentence of the evidence by what words alone cannot tell.
 *
 * @param names stems that the whole evidence has as names
 */
export function checkClause(
  clause: Clause,
  evidence: Evidence,
  names: ReadonlySet<string>,
): Verdict {
  if (clause.facts.some((fact) => !isSaid(fact, evidence.facts))) return "of-something-else";
  const [home] = evidence.clauses
    .map((one) => ({
      one,
      covered: coverage(clause.terms, stemSet(one.text)),
      said: clause.facts.filter((fact) => isSaid(fact, one.facts)).length,
    }))
    // "Tolvey has 5,100 inhabitants and Norwick 2,300": the number tells which part is meant.
    .sort((a, b) => b.said - a.said || b.covered - a.covered);
  if (!home || home.covered < sameMatter) return "said";
  if (speaksOfAnother(clause.text, evidence, names)) return "of-something-else";
  if (isOfAnotherName(clause, evidence, names)) return "of-something-else";
  const contrary =
    denies(clause.text) !== denies(home.one.text) || areOpposed(clause.text, home.one.text);
  if (contrary || hasOtherAmount(clause, home.one)) return "contrary";
  return isTurnedRound(clause.text, home.one.text) || ownsInstead(clause.text, evidence.text)
    ? "contrary"
    : "said";
}

export interface Evidence {
  readonly text: string;
  /** Where the sentence points back, with the stems of what it points to. */
  readonly stems: ReadonlySet<string>;
  readonly facts: readonly Fact[];
  readonly clauses: readonly Clause[];
}

/**
 * "Norwick has 5,100 inhabitants" beside "Tolvey has 5,100 and Norwick 2,300": the number or date
 * stands in a part that names others, and not what the clause names.
 */
function isOfAnotherName(clause: Clause, evidence: Evidence, names: ReadonlySet<string>): boolean {
  if (evidence.clauses.length < 2) return false;
  const named = (one: Clause): Set<string> =>
    new Set(one.terms.map(({ stem }) => stem).filter((stem) => names.has(stem)));
  const own = named(clause);
  if (own.size === 0) return false;
  return clause.facts.some((fact) => {
    const having = evidence.clauses.filter((one) => isSaid(fact, one.facts));
    return (
      having.length > 0 &&
      having.every((one) => {
        const theirs = named(one);
        return theirs.size > 0 && [...theirs].every((stem) => !own.has(stem));
      })
    );
  });
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
