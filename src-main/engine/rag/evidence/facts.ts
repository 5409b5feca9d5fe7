import { datesIn, sameDate, type DateFact } from "./dates.ts";
import { numbersIn, sameNumber, type NumberFact } from "./numbers.ts";

/** A number or date of a text: what an invented answer gets wrong first. */
export type Fact = NumberFact | DateFact;

/** The dates and numbers of a text, in order; a number that belongs to a date is not told twice. */
export function factsIn(text: string): Fact[] {
  const dates = datesIn(text);
  const numbers = numbersIn(text).filter(({ start, end }) =>
    dates.every((date) => end <= date.start || start >= date.end),
  );
  return [...dates, ...numbers].sort((a, b) => a.start - b.start);
}

/** Whether a text that has `known` says `fact`: the same value, in whatever spelling. */
export function isSaid(fact: Fact, known: readonly Fact[]): boolean {
  return known.some((one) => {
    if (fact.kind === "date") return one.kind === "date" && sameDate(fact, one);
    return one.kind === "number" ? sameNumber(fact, one) : isYearOf(fact, one);
  });
}

/** "in 1931" beside "on 3 May 1931". */
function isYearOf(number: NumberFact, { year }: DateFact): boolean {
  return number.unit === null && year !== null && number.values.includes(year);
}
