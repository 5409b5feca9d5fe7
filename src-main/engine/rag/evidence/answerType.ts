import type { Term } from "./terms.ts";
import { termsOf } from "./terms.ts";

/** What a question wants to be told, as far as its first words say so. */
export type AnswerType = "number" | "time" | "name" | "any";

/** English and German question words; anything else is `any`. */
export function answerTypeOf(question: string): AnswerType {
  const text = question.toLowerCase();
  if (
    /\b(?:when|what|which|wann|welche[smnr]?)\b.{0,20}\b(?:year|date|day|month|century|decade|time|jahr|datum)\b/u.test(
      text,
    ) ||
    /\b(?:when|wann)\b/u.test(text)
  ) {
    return "time";
  }
  if (
    /\bhow (?:many|much|long|far|old|tall|large|big|high|deep|fast|heavy|wide|often|hot|cold)\b/u.test(
      text,
    ) ||
    /\b(?:percentage|percent|proportion|population|cost|price|wie ?viele?)\b/u.test(text)
  ) {
    return "number";
  }
  if (/\b(?:who|whom|whose|where|wer|wem|wen|wo)\b/u.test(text)) return "name";
  return "any";
}

/**
 * Whether a sentence holds something of the wanted type that the question does not already hold.
 * Where nothing particular is wanted, anything will do.
 */
export function offersAnswer(
  type: AnswerType,
  sentence: string,
  question: ReadonlySet<string>,
): boolean {
  if (type === "any") return true;
  const added = termsOf(sentence).filter((term) => !question.has(term.stem));
  if (type === "name") return added.some((term) => term.kind === "name");
  if (type === "number") return added.some(isNumber) || numberWord.test(sentence);
  return (
    added.some((term) => isNumber(term) && looksLikeTime(term.stem)) || timeWord.test(sentence)
  );
}

const numberWord =
  /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|half|third|quarter|dozen|several|twice)\b/iu;
const timeWord =
  /\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|centuries|today|yesterday|morning|evening|night|noon|midnight|spring|summer|autumn|winter|ago|later|januar|februar|märz|mai|juni|juli|oktober|dezember)\b/iu;

function isNumber(term: Term): boolean {
  return term.kind === "number";
}

function looksLikeTime(number: string): boolean {
  return /^(?:\d{1,4}|\d{1,2}:\d{2})$/.test(number);
}
