import { isGerman } from "../../index/german.ts";
import { isFunctionWord } from "./functionWords.ts";
import { fold, holds, termsOf, type Term } from "./terms.ts";

/** Words of a name that no evidence has. */
export interface MissingName {
  /** As it is written. */
  readonly text: string;
  /** Other words of the same name are in the evidence: another person or place of that name. */
  readonly inPart: boolean;
}

/**
 * The names of a sentence of which the evidence has nothing, or not all. In English a name is a word
 * with a capital that does not begin the sentence; in German, where every noun has one, it is two such
 * words in a row, one behind a preposition without article, or one with a capital or figure inside.
 */
export function missingNames(sentence: string, stems: ReadonlySet<string>): MissingName[] {
  const inGerman = isGerman(sentence);
  return nameRuns(sentence, inGerman).flatMap((run) => {
    const missing = run.filter((term) => !holds(stems, term));
    if (missing.length === 0) return [];
    const inPart = missing.length < run.length;
    return missing.map(({ start, end }) => ({ text: sentence.slice(start, end), inPart }));
  });
}

/** Stems of all words that stand as names, or in one, somewhere in some texts. */
export function namesIn(texts: readonly string[]): Set<string> {
  return new Set(
    texts.flatMap((text) =>
      nameRuns(text, isGerman(text)).flatMap((run) => run.map(({ stem }) => stem)),
    ),
  );
}

const placing = /(?:^|\s)(?:in|aus|von|nach|bei|durch)\s$/iu;

/** Names of one or several words, one behind the other. */
export function nameRuns(sentence: string, inGerman: boolean): Term[][] {
  const capitals = termsOf(sentence).filter(({ kind, start, end }) => {
    const word = sentence.slice(start, end);
    return (
      kind !== "number" &&
      /^\p{Lu}|\p{Ll}\p{Lu}|\p{L}\p{N}/u.test(word) &&
      !isFunctionWord(fold(word), inGerman)
    );
  });
  const runs: Term[][] = [];
  for (const term of capitals) {
    const last = runs.at(-1);
    const gap = last ? sentence.slice(last.at(-1)!.end, term.start) : "";
    if (last && /^[\s-]$/u.test(gap)) last.push(term);
    else runs.push([term]);
  }
  return runs.filter((run) => {
    const [first] = run;
    if (run.length > 1) return true;
    if (!first || /\p{Ll}\p{Lu}|\p{L}\p{N}/u.test(sentence.slice(first.start, first.end)))
      return true;
    if (inGerman) return placing.test(sentence.slice(0, first.start));
    return first.kind === "name";
  });
}
