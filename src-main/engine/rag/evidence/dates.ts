import { fold } from "./terms.ts";

/** A date with a month, as far as it is told. */
export interface DateFact {
  readonly kind: "date";
  readonly year: number | null;
  readonly month: number;
  readonly day: number | null;
  readonly start: number;
  readonly end: number;
}

const months = new Map(
  (
    "january januar jan,february februar feb,march marz maerz mar,april apr,may mai,june juni jun,july juli jul," +
    "august aug,september sept sep,october oktober oct okt,november nov,december dezember dec dez"
  )
    .split(",")
    .flatMap((names, at) => names.split(" ").map((name) => [name, at + 1] as const)),
);

const month = String.raw`(?<month>\p{L}{3,9})\.?`;
const day = String.raw`(?<day>\d{1,2})(?:st|nd|rd|th|\.)?`;
const year = String.raw`(?<year>\d{4})`;
const spellings = [
  // 3 May 1931, 3. Mai 1931, 3rd of May
  new RegExp(String.raw`(?<!\p{N})${day}\s+(?:of\s+)?${month}(?:,?\s+${year})?(?!\p{N})`, "giu"),
  // May 3, 1931
  new RegExp(String.raw`(?<!\p{L})${month}\s+${day}(?:,?\s+${year})?(?!\p{N})`, "giu"),
  // May 1931
  new RegExp(String.raw`(?<!\p{L})${month},?\s+${year}(?!\p{N})`, "giu"),
  // 1931-05-03
  /(?<!\p{N})(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?!\p{N})/gu,
  // 03.05.1931, 3.5.
  /(?<![\p{N}.])(?<day>\d{1,2})\.\s?(?<month>\d{1,2})\.(?:\s?(?<year>\d{4}))?(?!\p{N})/gu,
];

/** The dates of a text, however they are spelled in English or German; none overlaps another. */
export function datesIn(text: string): DateFact[] {
  const dates: DateFact[] = [];
  for (const spelling of spellings) {
    for (const match of text.matchAll(spelling)) {
      const { month: name = "", day: inMonth, year: inYear } = match.groups ?? {};
      const number = /^\d/.test(name) ? Number(name) : (months.get(fold(name)) ?? 0);
      // "May" and "march" are words as well.
      const isWord = /^(?:may|march)$/u.test(name);
      const dayNumber = inMonth === undefined ? null : Number(inMonth);
      if (number < 1 || number > 12 || isWord || (dayNumber ?? 1) < 1 || (dayNumber ?? 1) > 31) {
        continue;
      }
      const start = match.index;
      const end = start + match[0].length;
      if (dates.some((date) => start < date.end && end > date.start)) continue;
      const yearNumber = inYear === undefined ? null : Number(inYear);
      dates.push({ kind: "date", year: yearNumber, month: number, day: dayNumber, start, end });
    }
  }
  return dates.sort((a, b) => a.start - b.start);
}

/** Whether `known` says what `wanted` says: it may say more, not less. */
export function sameDate(wanted: DateFact, known: DateFact): boolean {
  return (
    wanted.month === known.month &&
    (wanted.day === null || wanted.day === known.day) &&
    // Of one year throughout, a text names the year once.
    (wanted.year === null || known.year === null || wanted.year === known.year)
  );
}
