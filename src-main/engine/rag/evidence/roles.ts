import { isGerman } from "../../index/german.ts";
import { nameRuns, namesIn } from "./names.ts";
import { termsOf, type Term } from "./terms.ts";

/** Evidence that a clause is compared with. */
interface Said {
  readonly text: string;
  /** Where the sentence points back, with the stems of what it points to. */
  readonly stems: ReadonlySet<string>;
}

/**
 * "B beat A" beside "A beat B", also where one of them is in the passive: who does it and whom it
 * happens to have changed places round a word that both have. Or both name somebody who does it, and
 * not the same.
 */
export function isTurnedRound(clause: string, home: string): boolean {
  const own = termsOf(clause);
  const theirs = termsOf(home);
  const ownNames = capitals(clause);
  const theirNames = capitals(home);
  const shared = new Set(
    [...ownNames, ...theirNames].filter((stem) =>
      [own, theirs].every((terms) => terms.some((term) => term.stem === stem)),
    ),
  );
  return own.some((middle) => {
    if (ownNames.has(middle.stem) || middle.kind === "number") return false;
    const there = theirs.find((term) => isSameWord(term, middle));
    if (!there) return false;
    const [doers, others] = [doersIn(clause, own, ownNames), doersIn(home, theirs, theirNames)];
    if (doers && others && ![...doers].some((stem) => others.has(stem))) return true;
    if (shared.size < 2) return false;
    const ownSides = sidesOf(clause, own, middle, shared);
    const theirSides = sidesOf(home, theirs, there, shared);
    if (!ownSides || !theirSides) return false;
    const only = (in1: ReadonlySet<string>, not: ReadonlySet<string>) => (stem: string) =>
      in1.has(stem) && !not.has(stem);
    return (
      [...ownSides.first].some(only(theirSides.second, theirSides.first)) &&
      [...ownSides.second].some(only(theirSides.first, theirSides.second))
    );
  });
}

function isSameWord(one: Term, other: Term): boolean {
  return one.stem === other.stem || (one.german !== undefined && one.german === other.german);
}

interface Sides {
  /** Who does it, or of whom it is said. */
  readonly first: ReadonlySet<string>;
  readonly second: ReadonlySet<string>;
}

const passive =
  /(?<!\p{L})(?:was|were|is|are|been|being|wurde|wurden|wird|werden|worden)(?!\p{L})/iu;
const agent = /(?<!\p{L})(?:by|von|vom|durch)(?!\p{L})/iu;

/** Names of those who do it in a passive sentence; null where it tells none. */
function doersIn(
  text: string,
  terms: readonly Term[],
  names: ReadonlySet<string>,
): Set<string> | null {
  const by = passive.test(text) ? agent.exec(text) : null;
  const first = by ? terms.find(({ start }) => start > by.index) : undefined;
  // "by 1954", "by the river": nobody who does it.
  if (!first || !names.has(first.stem)) return null;
  return new Set(runFrom(text, terms, first).map(({ stem }) => stem));
}

/** Names on either side of a word; null where the order of words does not tell. */
function sidesOf(
  text: string,
  terms: readonly Term[],
  middle: Term,
  names: ReadonlySet<string>,
): Sides | null {
  const some = (test: (term: Term) => boolean): Set<string> =>
    new Set(terms.filter((term) => names.has(term.stem) && test(term)).map(({ stem }) => stem));
  const doers = doersIn(text, terms, names);
  if (doers) {
    return {
      first: some(({ stem }) => doers.has(stem)),
      second: some(({ stem }) => !doers.has(stem)),
    };
  }
  // In German what is done to somebody may stand first; a passive without a doer tells nothing.
  if (isGerman(text) && (passive.test(text) || !beginsWithName(terms, names))) return null;
  return {
    first: some(({ end }) => end <= middle.start),
    second: some(({ start }) => start >= middle.end),
  };
}

function beginsWithName(terms: readonly Term[], names: ReadonlySet<string>): boolean {
  const [first] = terms;
  return first !== undefined && names.has(first.stem);
}

/** A term and those that follow it without a word between. */
function runFrom(text: string, terms: readonly Term[], first: Term): Term[] {
  const run = [first];
  for (const term of terms.slice(terms.indexOf(first) + 1)) {
    if (!/^[\s-]$/u.test(text.slice(run.at(-1)!.end, term.start))) break;
    if (!/^\p{Lu}/u.test(text.slice(term.start))) break;
    run.push(term);
  }
  return run;
}

/**
 * Stems of the names: in English of the words with a capital, the first of a sentence only where
 * another follows it.
 */
function capitals(text: string): Set<string> {
  if (isGerman(text)) return namesIn([text]);
  const terms = termsOf(text).filter(({ kind }) => kind !== "number");
  const isCapital = (term: Term | undefined): boolean =>
    term !== undefined && /^\p{Lu}/u.test(text.slice(term.start));
  return new Set(
    terms
      .filter(
        (term, at) => isCapital(term) && (at > 0 || term.kind === "name" || isCapital(terms[1])),
      )
      .map(({ stem }) => stem),
  );
}

/**
 * "A was the mother of B" beside "the mother of A was B", "her mother was B": whose it is and who it is
 * have changed places.
 */
export function ownsInstead(clause: string, home: string): boolean {
  const own = relationsIn(clause);
  const theirs = relationsIn(home);
  return own.some(({ head, owners }) =>
    theirs.some(
      (other) =>
        other.head === head &&
        owners.size > 0 &&
        [...owners].some((stem) => other.holders.has(stem)) &&
        ![...owners].some((stem) => other.owners.has(stem)),
    ),
  );
}

interface Relation {
  /** Stem of what somebody is of somebody else. */
  readonly head: string;
  /** Names of whose it is; none where a pronoun tells. */
  readonly owners: ReadonlySet<string>;
  /** Names of who it is. */
  readonly holders: ReadonlySet<string>;
}

const relation =
  /(?:(?<!\p{L})(?<whose>his|her|its|their|seine?|ihre?|\p{Lu}[\p{L}\p{M}]*['’]s)\s+(?<owned>\p{L}+)|(?<head>\p{L}+)\s+(?:of|von|vom)\s+(?:the\s+|der\s+|dem\s+)?(?=\p{Lu}))/giu;

function relationsIn(text: string): Relation[] {
  const terms = termsOf(text);
  const names = capitals(text);
  return [...text.matchAll(relation)].flatMap(({ 0: whole, index, groups }) => {
    const word = groups?.["owned"] ?? groups?.["head"] ?? "";
    const head = terms.find(
      ({ start, end }) =>
        start >= index && end <= index + whole.length && text.slice(start, end) === word,
    );
    if (!head || names.has(head.stem)) return [];
    const behind = terms.find(({ start }) => start >= index + whole.length);
    const run =
      groups?.["head"] !== undefined && behind && names.has(behind.stem)
        ? runFrom(text, terms, behind)
        : terms.filter(({ start }) => groups?.["whose"] !== undefined && start === index);
    const owners = new Set(run.filter(({ stem }) => names.has(stem)).map(({ stem }) => stem));
    const holders = terms.flatMap(({ stem }) =>
      names.has(stem) && !owners.has(stem) ? [stem] : [],
    );
    return [{ head: head.stem, owners, holders: new Set(holders) }];
  });
}

/**
 * True where evidence says it of another thing of the same kind: of another board or guild of a similar
 * name, of another town behind the same "of", or of another name at the beginning of the sentence.
 *
 * @param names stems that the whole evidence has as names
 */
export function speaksOfAnother(clause: string, home: Said, names: ReadonlySet<string>): boolean {
  const runs = nameRuns(clause, isGerman(clause));
  const theirs = nameRuns(home.text, isGerman(home.text));
  const inClause = new Set(termsOf(clause).map(({ stem }) => stem));
  for (const run of runs) {
    const lacking = run.filter(({ stem }) => !home.stems.has(stem) && names.has(stem));
    if (lacking.length === 0) continue;
    const shared = run.filter(({ stem }) => home.stems.has(stem));
    const alike = theirs.some(
      (other) =>
        other.some(({ stem }) => shared.some((one) => one.stem === stem)) &&
        other.some(({ stem }) => !inClause.has(stem)),
    );
    if (alike) return true;
  }
  return (
    belongsToAnother(clause, home, names, inClause) ||
    beginsWithAnother(clause, home, names, inClause)
  );
}

const belonging =
  /(?<head>\p{L}+)\s+(?:of|von|vom)\s+(?:the\s+|der\s+|dem\s+)?(?<name>\p{Lu}[\p{L}\p{M}]*)/gu;

/** "the capital of Norwick" beside "the capital of Orvelle". */
function belongsToAnother(
  clause: string,
  home: Said,
  names: ReadonlySet<string>,
  inClause: ReadonlySet<string>,
): boolean {
  const theirs = ownersIn(home.text);
  return ownersIn(clause).some(
    ({ head, name }) =>
      names.has(name) &&
      !home.stems.has(name) &&
      theirs.some((one) => one.head === head && !inClause.has(one.name)),
  );
}

function ownersIn(text: string): { head: string; name: string }[] {
  return [...text.matchAll(belonging)].flatMap(({ groups }) => {
    const head = termsOf(`x ${groups?.["head"] ?? ""}`).at(-1);
    const name = termsOf(`x ${groups?.["name"] ?? ""}`).at(-1);
    return head && name ? [{ head: head.stem, name: name.stem }] : [];
  });
}

/** "Norwick has …" beside "Tolvey has …". */
function beginsWithAnother(
  clause: string,
  home: Said,
  names: ReadonlySet<string>,
  inClause: ReadonlySet<string>,
): boolean {
  const [own] = termsOf(clause);
  const [other] = termsOf(home.text);
  if (!own || !other || !opens(clause, own) || !opens(home.text, other)) return false;
  return (
    names.has(own.stem) &&
    names.has(other.stem) &&
    !home.stems.has(own.stem) &&
    !inClause.has(other.stem)
  );
}

function opens(text: string, { start }: Term): boolean {
  return start === 0 || /^(?:the|die|der|das)\s$/iu.test(text.slice(0, start));
}
