import { isGerman } from "../../index/german.ts";
import { isFunctionWord } from "./functionWords.ts";
import { nameRuns } from "./names.ts";
import { fold, stemsOf, termsOf, uniqueTerms, type Term } from "./terms.ts";

/** What a question names, and what is left of it: what it asks of that. */
export interface AskedFor {
  readonly question: string;
  /** All words with a meaning, each once. */
  readonly terms: readonly Term[];
  readonly stems: ReadonlySet<string>;
  /** Words of the names of people, places and things, each once. */
  readonly names: readonly Term[];
  /** The question without its names; the question itself where nothing would be left. */
  readonly nameless: string;
}

/**
 * Reads a question. Its names say which thing is meant: what is said of another thing of the same kind
 * does not answer, however alike it sounds.
 */
export function askedFor(question: string): AskedFor {
  const terms = uniqueTerms(termsOf(question));
  const named = namesOf(question);
  const names = uniqueTerms(named);
  const stems = stemsOf(names);
  const rest = terms.filter(({ stem }) => !stems.has(stem));
  return {
    question,
    terms,
    stems: stemsOf(terms),
    names,
    nameless: rest.length > 0 ? without(question, names) : question,
  };
}

/** A text without the words of some names. */
export function without(text: string, names: readonly Term[]): string {
  if (names.length === 0) return text;
  const stems = stemsOf(names);
  const gone = termsOf(text).filter(
    ({ stem, german }) => stems.has(stem) || (german !== undefined && stems.has(german)),
  );
  let rest = "";
  let from = 0;
  for (const { start, end } of gone) {
    rest += text.slice(from, start);
    from = end;
  }
  return (rest + text.slice(from)).replace(/\s+/gu, " ").trim();
}

/**
 * Every noun of German has a capital. A name is known by what is missing before it: an article, a
 * number or an adjective.
 */
function namesOf(question: string): Term[] {
  const runs = nameRuns(question, isGerman(question)).flat();
  if (!isGerman(question)) return runs;
  const known = new Set(runs.map(({ start }) => start));
  const bare = termsOf(question).filter(({ kind, start }) => {
    if (kind !== "name" || known.has(start)) return false;
    const before = /(\p{L}+)\s+$/u.exec(question.slice(0, start))?.[1];
    return before !== undefined && /^\p{Ll}/u.test(before) && standsBeforeNames(fold(before));
  });
  return [...runs, ...bare];
}

/** A verb or a preposition, not an article, a pronoun or an adjective with its ending. */
function standsBeforeNames(folded: string): boolean {
  if (determiners.test(folded)) return false;
  return isFunctionWord(folded, true) || !/(?:e|en|er|es|em)$/u.test(folded);
}

const determiners =
  /^(?:d(?:er|ie|as|en|em|es)|k?ein(?:e[mnrs]?)?|(?:welch|dies|jed|jen|ihr|sein|mein|unser|viel|alle|manch)(?:e[mnrs]?)?|wieviele?|mehr|zum|zur|im|am|vom|beim|ins|ans)$/u;
