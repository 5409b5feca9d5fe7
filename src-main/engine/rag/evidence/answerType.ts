import { isGerman } from "../../index/german.ts";
import { factsIn, isSaid, type Fact } from "./facts.ts";
import { isFunctionWord } from "./functionWords.ts";
import { dimensionOf, type Dimension } from "./measures.ts";
import { nameRuns } from "./names.ts";
import type { NumberFact } from "./numbers.ts";
import { fold, stemsOf, termsOf } from "./terms.ts";

/** What a question wants to be told, as far as its first words say so. */
export type AnswerType = "number" | "time" | "name" | "reason" | "any";

export interface Wanted {
  readonly type: AnswerType;
  /** What a number has to measure; empty where it may be anything. */
  readonly dimensions: readonly Dimension[];
  /** A name of this kind. */
  readonly name: "person" | "place" | "any";
}

/** English and German question words; anything else is `any`. */
export function answerTypeOf(question: string): AnswerType {
  return wantedBy(question).type;
}

export function wantedBy(question: string): Wanted {
  const text = question.normalize("NFC").toLowerCase();
  const wanted = (type: AnswerType, more: Partial<Wanted> = {}): Wanted => ({
    type,
    dimensions: [],
    name: "any",
    ...more,
  });
  if (asksForTime.test(text)) return wanted("time");
  const measured = measures.find(([pattern]) => pattern.test(text));
  if (measured) return wanted("number", { dimensions: measured[1] });
  if (asksForNumber.test(text)) return wanted("number");
  if (asksForPlace.test(text)) return wanted("name", { name: "place" });
  if (asksForPerson.test(text)) return wanted("name", { name: "person" });
  if (asksForName.test(text)) return wanted("name");
  return wanted(asksForReason.test(text) ? "reason" : "any");
}

const asksForTime =
  /(?<!\p{L})(?:when|wann|since when|seit wann)(?!\p{L})|(?<!\p{L})(?:what|which|welche[smnr]?)(?!\p{L}).{0,20}(?<!\p{L})(?:years?|dates?|days?|months?|centur(?:y|ies)|decades?|time|jahr(?:e|es|en)?|datum|tag(?:e|en)?|monat(?:e|en)?|jahrhundert(?:s|e)?|jahrzehnt(?:s|e)?)(?!\p{L})/u;
const asksForNumber =
  /(?<!\p{L})how (?:many|much|large|big|fast|often|close|late|early|small)(?!\p{L})|(?<!\p{L})wie ?(?:viele?[nrm]?|groß|gross|schnell|oft|häufig)(?!\p{L})|(?<!\p{L})(?:proportion|population|einwohnerzahl|anzahl|number)(?!\p{L})/u;
const asksForPerson = /(?<!\p{L})(?:who|whom|whose|wer|wem|wen|wessen)(?!\p{L})/u;
const asksForPlace = /(?<!\p{L})(?:where|wo|wohin|woher)(?!\p{L})/u;
const asksForName =
  /(?<!\p{L})(?:what|which).{0,60}(?<!\p{L})(?:called|named)(?!\p{L})|(?<!\p{L})(?:the|what) names? of(?!\p{L})|(?<!\p{L})wie (?:heißt|heisst|heißen|heissen|hieß|nennt|lautet der name)(?!\p{L})|(?<!\p{L})(?:welchen|der) namen?(?!\p{L})/u;
const asksForReason =
  /(?<!\p{L})(?:why|what (?:caused?|reason)|warum|weshalb|wieso|weswegen)(?!\p{L})/u;

const between =
  "(?: (?:is|was|are|were|the|an?|his|her|its|their|total|average|ist|war|sind|der|die|das|den|sein|seine|ihr|ihre))*";

/** "How long" and "the length of": each with what the answer may be measured in. */
const measures: readonly (readonly [RegExp, readonly Dimension[]])[] = [
  measure("long", "length|duration", "lang[e]?", "länge|dauer|laufzeit|frist", ["length", "time"]),
  measure(
    "far|tall|high|deep|wide|thick",
    "height|depth|width|distance|thickness|altitude|elevation",
    "weit|tief|breit|dick",
    "höhe|tiefe|breite|entfernung|dicke|reichweite",
    ["length"],
  ),
  measure("old", "age", "alt", "alter", ["time"]),
  measure("heavy", "weight|mass", "schwer", "gewicht|masse", ["mass"]),
  measure(
    "hot|cold|warm",
    "temperature|melting point|boiling point",
    "heiß|warm|kalt",
    "temperatur|schmelzpunkt|siedepunkt",
    ["temperature"],
  ),
  measure(
    "expensive",
    "price|cost|costs|budget|fee|fare|rent|salary|wage|deposit|revenue|turnover|penalty",
    "teuer",
    "preis|kosten|budget|gebühr|miete|gehalt|lohn|kaution|umsatz|beitrag",
    ["money"],
  ),
  measure("", "percentage|percent|share", "", "prozent|prozentsatz|anteil", ["percent"]),
  measure("", "capacity", "", "fassungsvermögen", ["volume", "length", "mass"]),
  measure("", "speed|velocity", "", "geschwindigkeit|tempo", ["length"]),
  // German asks how high a price, a share or a temperature is.
  measure("", "", "hoch", "", ["length", "money", "percent", "temperature"]),
  [
    /(?<!\p{L})how much .{0,60}(?:cost|pay|paid|charge|earn|spend|spent)(?!\p{L})|(?<!\p{L})(?:was|wie ?viel) (?:kostet|kosten|kostete|zahlt|zahlen)(?!\p{L})|(?<!\p{L})what (?:does|do|did) .{0,60} cost(?!\p{L})/u,
    ["money"],
  ],
];

function measure(
  how: string,
  property: string,
  wie: string,
  eigenschaft: string,
  dimensions: readonly Dimension[],
): readonly [RegExp, readonly Dimension[]] {
  const asked = [
    ...(how === "" ? [] : [`how (?:${how})`]),
    ...(wie === "" ? [] : [`wie ?(?:${wie})`]),
    // The property itself is asked for: nothing but an adjective stands between.
    ...(property === "" ? [] : [`(?:what|which)${between}(?: \\p{L}+)? (?:${property})`]),
    ...(eigenschaft === ""
      ? []
      : [`(?:was|welche[nrsm]?|wie hoch)${between}(?: \\p{L}+)? (?:${eigenschaft})`]),
  ];
  return [new RegExp(`(?<!\\p{L})(?:${asked.join("|")})(?!\\p{L})`, "u"), dimensions];
}

/**
 * How far a sentence holds something of the wanted type that the question does not already hold, from
 * 0 to 1. Where nothing particular is wanted, anything will do.
 */
export function offersAnswer(
  wanted: Wanted,
  sentence: string,
  question: { readonly stems: ReadonlySet<string>; readonly facts: readonly Fact[] },
): number {
  if (wanted.type === "any" || wanted.type === "reason") return 1;
  if (wanted.type === "name") return offersName(wanted, sentence, question.stems);
  const facts = factsIn(sentence).filter((fact) => !isSaid(fact, question.facts));
  if (wanted.type === "time") {
    if (facts.some((fact) => fact.kind === "date" || isYear(fact))) return 1;
    return facts.some(mayBeTime) || timeWord.test(sentence) ? 0.7 : 0;
  }
  const numbers = facts.filter((fact) => fact.kind === "number");
  const best = Math.max(0, ...numbers.map((one) => fitOf(one, sentence, wanted.dimensions)));
  return best > 0.5 || !numberWord.test(sentence) ? best : 0.5;
}

/**
 * A number with another unit than the wanted is no answer, and one that counts things hardly; one that
 * stands alone may be.
 */
function fitOf(number: NumberFact, sentence: string, dimensions: readonly Dimension[]): number {
  const dimension = dimensionOf(number.unit);
  if (dimensions.length === 0) return isYear(number) ? 0.4 : 1;
  if (dimension !== null) return dimensions.includes(dimension) ? 1 : 0;
  if (isYear(number)) return 0.2;
  return countsThings(number, sentence) ? 0.3 : 0.8;
}

/** "412 passengers", not "412 of them" or "412 deep". */
function countsThings({ end }: NumberFact, sentence: string): boolean {
  const word = /^\s+(\p{L}+)/u.exec(sentence.slice(end))?.[1];
  if (word === undefined || measuring.test(word)) return false;
  const german = isGerman(sentence);
  if (isFunctionWord(fold(word), german)) return false;
  // A capital begins a name in English, and any noun in German.
  return german || /^\p{Ll}/u.test(word);
}

const measuring =
  /^(?:long|far|tall|high|deep|wide|thick|old|heavy|lang|weit|tief|breit|dick|hoch|alt|schwer|ago|later|earlier|später|zuvor)$/iu;

function offersName({ name }: Wanted, sentence: string, asked: ReadonlySet<string>): number {
  const isNew = (stems: ReadonlySet<string>): boolean =>
    ![...stems].some((stem) => asked.has(stem));
  const runs = nameRuns(sentence, isGerman(sentence)).filter((run) => isNew(stemsOf(run)));
  const placed = (start: number): boolean => behindPlace.test(sentence.slice(0, start));
  if (name === "place") {
    if (runs.some(([first]) => first && placed(first.start))) return 1;
    const somewhere = termsOf(sentence).some(
      ({ stem, start }) => !asked.has(stem) && placed(start),
    );
    return somewhere || runs.length > 0 ? 0.6 : 0;
  }
  // Whoever stands behind "in" is a place.
  if (runs.some(([first]) => first && (name === "any" || !placed(first.start)))) return 1;
  if (runs.length > 0 || calledWord.test(sentence)) return 0.7;
  const [first] = termsOf(sentence);
  const opens =
    first !== undefined && /^\p{Lu}/u.test(sentence.slice(first.start)) && !asked.has(first.stem);
  return opens ? 0.5 : 0;
}

const behindPlace =
  /(?<!\p{L})(?:in|at|near|from|to|on|im|am|aus|nach|bei|zu|auf)\s+(?:the |der |dem |den |a |an )?$/iu;
/** What comes before a name that is given. */
export const calledWord =
  /(?<!\p{L})(?:called|named|known as|termed|titled|dubbed|heißt|heisst|heißen|genannt|namens|nennt)(?!\p{L})/iu;

/** Words that say a number. */
export const numberWord =
  /(?<!\p{L})(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|third|quarter|dozens?|several|twice|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|vierzig|fünfzig|hundert|tausend|million(?:en)?|milliarden?|halb|hälfte|drittel|viertel|dutzend|mehrere|zweimal)(?!\p{L})/iu;
/** Words that say a time. */
export const timeWord =
  /(?<!\p{L})(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|centuries|decades?|today|yesterday|morning|evening|night|noon|midnight|spring|summer|autumn|winter|ago|later|januar|februar|märz|mai|juni|juli|oktober|dezember|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|jahrhundert|frühjahr|frühling|sommer|herbst|gestern|heute)(?!\p{L})/iu;

/** Four figures without a unit. */
function isYear(fact: Fact): boolean {
  return (
    fact.kind === "number" &&
    fact.unit === null &&
    fact.values.some((value) => Number.isInteger(value) && value >= 1000 && value < 2100)
  );
}

function mayBeTime(fact: Fact): boolean {
  return fact.kind === "date" || dimensionOf(fact.unit) === "time" || fact.unit === null;
}
