import { declineBelow } from "../evidence/strengthModel.ts";
import { stemSet, termsOf, uniqueTerms, type Term } from "../evidence/terms.ts";

/** Other queries that are tried where the evidence is weak. */
export const mostRewrites = 2;

/**
 * What an answer needs more for each query that was tried beside the question: who looks more often
 * finds something that only looks like an answer more often, too.
 */
const dearer = 0.1;

/** The strength that evidence needs with one more query after so many: 0 for the question itself. */
export function strengthNeeded(rewrites: number): number {
  return 1 - (1 - declineBelow) * (1 - dearer) ** rewrites;
}

/**
 * What was found before with what another query found between it, one of each in turn, as only the
 * first passages are weighed; the first `fixed` stay in front.
 */
export function interleave<T>(before: readonly T[], fresh: readonly T[], fixed = 0): T[] {
  const left = before.slice(fixed);
  const turns = Array.from({ length: Math.max(left.length, fresh.length) }, (_, at) => [
    ...left.slice(at, at + 1),
    ...fresh.slice(at, at + 1),
  ]);
  return [...before.slice(0, fixed), ...turns.flat()];
}

/** Passages that a query is widened by, and the words that are taken from them. */
const feedbackPassages = 6;
const feedbackTerms = 6;
/** Of the question's words so many stay in the narrowed query. */
const keptShare = 0.6;

/**
 * Another query for the same question, without a language model; null where there is none that says
 * something new. The first is widened by words that the best passages share (pseudo-relevance
 * feedback), the second keeps only what says most: names, numbers, rare words.
 *
 * @param tried queries so far, the question first
 */
export function rewriteQuery(
  question: string,
  passages: readonly string[],
  tried: readonly string[],
): string | null {
  for (const make of [widened, narrowed]) {
    const query = make(question, passages);
    if (query !== null && !tried.includes(query)) return query;
  }
  return null;
}

function widened(question: string, passages: readonly string[]): string | null {
  const asked = new Set(termsOf(question).map(({ stem }) => stem));
  const best = passages.slice(0, feedbackPassages);
  const counts = new Map<string, { text: string; passages: number; weight: number }>();
  for (const passage of best) {
    for (const term of uniqueTerms(termsOf(passage))) {
      if (asked.has(term.stem) || term.kind === "number" || term.weight <= 0.5) continue;
      const known = counts.get(term.stem);
      const text = passage.slice(term.start, term.end);
      if (known) known.passages += 1;
      else counts.set(term.stem, { text, passages: 1, weight: term.weight });
    }
  }
  // A word of one passage alone may be an accident of that passage.
  const shared = [...counts.values()].filter((term) => term.passages > 1);
  const chosen = shared
    .sort((a, b) => b.passages * b.weight - a.passages * a.weight || (a.text < b.text ? -1 : 1))
    .slice(0, feedbackTerms);
  return chosen.length === 0 ? null : `${question} ${chosen.map(({ text }) => text).join(" ")}`;
}

function narrowed(question: string, passages: readonly string[]): string | null {
  const terms = uniqueTerms(termsOf(question));
  if (terms.length < 2) return null;
  const stems = passages.map(stemSet);
  const having = (term: Term): number => stems.filter((own) => own.has(term.stem)).length;
  const ranked = terms
    .map((term) => ({
      term,
      worth: term.weight / (1 + having(term) / Math.max(1, passages.length)),
    }))
    .sort((a, b) => b.worth - a.worth);
  const kept = ranked.slice(0, Math.max(1, Math.ceil(terms.length * keptShare)));
  if (kept.length === terms.length) return null;
  return kept
    .map(({ term }) => term)
    .sort((a, b) => a.start - b.start)
    .map(({ start, end }) => question.slice(start, end))
    .join(" ");
}
