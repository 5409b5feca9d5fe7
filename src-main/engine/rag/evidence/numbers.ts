import { fold } from "./terms.ts";

/** A number with its unit. */
export interface NumberFact {
  readonly kind: "number";
  /** What it can mean: "4.200" is 4.2 in English and 4200 in German. */
  readonly values: readonly number[];
  /** One word for each unit, null where none is known. */
  readonly unit: string | null;
  readonly start: number;
  readonly end: number;
}

const units = new Map(
  (
    "percent % prozent pct,metre m metres meter meters metern,kilometre km kilometres kilometer kilometers kilometern," +
    "centimetre cm centimetres centimeter centimeters,millimetre mm millimetres millimeter,mile miles meile meilen," +
    "nautical,yard yd yards,inch inches zoll,foot ft feet fuss,milligram mg milligrams milligramm,ounce oz ounces,gram g grams gramm,kilogram kg kilograms kilogramm,tonne tonnes tons t tonnen," +
    "millilitre ml milliliter millilitres milliliters,gallon gallons,litre l litres liter liters,millisecond ms milliseconds millisekunden,second s seconds sec sekunde sekunden,minute min minutes minuten," +
    "hour h hours stunde stunden,day days tag tage tagen,week weeks woche wochen,month months monat monate monaten," +
    "year years jahr jahre jahren,degree ° °c degrees grad,euro € eur euros,dollar $ usd dollars," +
    "pound £ gbp pounds,franc francs chf franken,yen jpy,watt w watts,kilowatt kw,volt v volts,hertz hz,byte bytes,megabyte mb,gigabyte gb"
  )
    .split(",")
    .flatMap((names) => {
      const all = names.split(" ");
      return all.map((name) => [name, all[0] ?? name] as const);
    }),
);

const scales = new Map([
  ["hundred", 100],
  ["hundert", 100],
  ["thousand", 1e3],
  ["tausend", 1e3],
  ["million", 1e6],
  ["millions", 1e6],
  ["millionen", 1e6],
  ["billion", 1e9],
  ["billions", 1e9],
  ["milliarde", 1e9],
  ["milliarden", 1e9],
]);

/** "One" and "ein" are articles and pronouns more often than numbers. */
const numberWords = new Map(
  [
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
    "zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
  ].flatMap((list) => list.split(" ").map((name, at) => [name, at + 2] as const)),
);
const tens = "thirty forty fifty sixty seventy eighty ninety".split(" ");
const germanTens = "dreissig vierzig funfzig sechzig siebzig achtzig neunzig".split(" ");
for (const list of [tens, germanTens]) {
  list.forEach((name, at) => numberWords.set(name.replace("ß", "ss"), 30 + 10 * at));
}

const pattern =
  /(?<before>[$€£])?\s?(?:(?<digits>(?<![\p{L}\p{N}.,])\p{Nd}+(?:[.,]\p{Nd}+)*)|(?<![\p{L}])(?<word>\p{L}+)(?![\p{L}]))(?:(?:st|nd|rd|th)(?!\p{L}))?(?:\s?(?<next>[%€£$]|°C?|\p{L}+))?/gu;

/** Whether a word is a unit that numbers are told in. */
export function isUnit(word: string): boolean {
  return units.has(word) || units.has(fold(word));
}

/** The numbers of a text, in figures or words, in order. */
export function numbersIn(text: string): NumberFact[] {
  const numbers: NumberFact[] = [];
  pattern.lastIndex = 0;
  // By hand, because what was looked at as a unit may be the next number.
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { digits, word = "", next = "", before = "" } = match.groups ?? {};
    const inWords = numberWords.get(fold(word).replaceAll("ß", "ss"));
    const lead = match[0].length - match[0].trimStart().length;
    const start = match.index + lead;
    const ownEnd = start + (match[0].trimStart().length - next.length);
    pattern.lastIndex = Math.max(ownEnd - trailingSpace(text, ownEnd), match.index + 1);
    if (digits === undefined && inWords === undefined) continue;
    const scale = scales.get(fold(next)) ?? 1;
    const behind =
      scale === 1
        ? next
        : (/^\s?([%€£$]|°C?|\p{L}+)/u.exec(text.slice(ownEnd + next.length))?.[1] ?? "");
    const unit = units.get(before) ?? units.get(behind) ?? units.get(fold(behind)) ?? null;
    const end =
      (scale === 1 ? ownEnd : ownEnd + next.length) -
      (scale === 1 ? trailingSpace(text, ownEnd) : 0);
    const values = digits === undefined ? [inWords ?? 0] : readings(digits);
    numbers.push({
      kind: "number",
      values: values.map((value) => value * scale),
      unit,
      start,
      end,
    });
  }
  return numbers;
}

/** The same value; units may be left out, but not be others. */
export function sameNumber(a: NumberFact, b: NumberFact): boolean {
  if (a.unit !== null && b.unit !== null && a.unit !== b.unit) return false;
  return a.values.some((one) =>
    b.values.some((other) => Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one))),
  );
}

function trailingSpace(text: string, end: number): number {
  return /\s$/u.test(text.slice(0, end)) ? 1 : 0;
}

/** What figures can mean, by the English and by the German use of point and comma. */
function readings(digits: string): number[] {
  const plain = digits.normalize("NFKC");
  const english = Number(plain.replaceAll(",", ""));
  const german = Number(plain.replaceAll(".", "").replace(",", "."));
  const grouped = (mark: string): boolean =>
    new RegExp(`^\\d{1,3}(?:\\${mark}\\d{3})+(?!\\d)`).test(plain);
  const values: number[] = [];
  // A comma or point parts thousands only where three figures follow each.
  if (Number.isFinite(english) && (!plain.includes(",") || grouped(","))) values.push(english);
  if (Number.isFinite(german) && (!plain.includes(".") || grouped("."))) values.push(german);
  return values.length > 0 ? [...new Set(values)] : plain.split(/[.,]/).map(Number);
}
