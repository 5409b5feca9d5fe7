import type { Term } from "./terms.ts";
import { termsOf } from "./terms.ts";

/** What a question wants to be told, as far as its first words say so. */
export type AnswerType = "number" | "time" | "name" | "reason" | "any";

/** English and German question words; anything else is `any`. */
export function answerTypeOf(question: string): AnswerType {
  const text = question.normalize("NFC").toLowerCase();
  if (asksForTime.test(text)) return "time";
  if (asksForNumber.test(text)) return "number";
  if (asksForName.test(text)) return "name";
  return asksForReason.test(text) ? "reason" : "any";
}

const asksForTime =
  /(?<!\p{L})(?:when|wann|since when|seit wann)(?!\p{L})|(?<!\p{L})(?:what|which|welche[smnr]?)(?!\p{L}).{0,20}(?<!\p{L})(?:years?|dates?|days?|months?|centur(?:y|ies)|decades?|time|jahr(?:e|es|en)?|datum|tag(?:e|en)?|monat(?:e|en)?|jahrhundert(?:s|e)?|jahrzehnt(?:s|e)?)(?!\p{L})/u;
const asksForNumber =
  /(?<!\p{L})how (?:many|much|long|far|old|tall|large|big|high|deep|fast|heavy|wide|often|hot|cold|thick|close|late|early|small)(?!\p{L})|(?<!\p{L})wie ?(?:viele?[nrm]?|lang[e]?|weit|alt|groß|gross|hoch|tief|schnell|schwer|breit|oft|häufig|heiß|warm|kalt|teuer|dick)(?!\p{L})|(?<!\p{L})(?:percentage|percent|proportion|population|cost|price|prozent|anteil|einwohnerzahl|preis|kosten)(?!\p{L})/u;
const asksForName =
  /(?<!\p{L})(?:who|whom|whose|where|wer|wem|wen|wessen|wo|wohin|woher)(?!\p{L})/u;
const asksForReason =
  /(?<!\p{L})(?:why|what (?:caused?|reason)|warum|weshalb|wieso|weswegen)(?!\p{L})/u;

/**
 * Whether a sentence holds something of the wanted type that the question does not already hold.
 * Where nothing particular is wanted, anything will do.
 */
export function offersAnswer(
  type: AnswerType,
  sentence: string,
  question: ReadonlySet<string>,
): boolean {
  if (type === "any" || type === "reason") return true;
  const added = termsOf(sentence).filter((term) => !question.has(term.stem));
  if (type === "name") return added.some((term) => term.kind === "name");
  if (type === "number") return added.some(isNumber) || numberWord.test(sentence);
  return (
    added.some((term) => isNumber(term) && looksLikeTime(term.stem)) || timeWord.test(sentence)
  );
}

/** Words that say a number. */
export const numberWord =
  /(?<!\p{L})(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|third|quarter|dozens?|several|twice|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|vierzig|fünfzig|hundert|tausend|million(?:en)?|milliarden?|halb|hälfte|drittel|viertel|dutzend|mehrere|zweimal)(?!\p{L})/iu;
/** Words that say a time. */
export const timeWord =
  /(?<!\p{L})(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|centuries|decades?|today|yesterday|morning|evening|night|noon|midnight|spring|summer|autumn|winter|ago|later|januar|februar|märz|mai|juni|juli|oktober|dezember|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|jahrhundert|frühjahr|frühling|sommer|herbst|gestern|heute)(?!\p{L})/iu;

function isNumber(term: Term): boolean {
  return term.kind === "number";
}

function looksLikeTime(number: string): boolean {
  return /^(?:\d{1,4}|\d{1,2}:\d{2})$/.test(number);
}
