/**
 * The body of a GBNF rule for the whole numbers from one to another, both included, as JSON writes
 * them. An end that is not finite, or larger than a whole number can be exactly, is open up to 16
 * digits.
 */
export function integerRange(from: number, to: number): string {
  const alternatives: string[] = [];
  if (from < 0) {
    const least = Number.isSafeInteger(from) ? -from : null;
    const most = to < 0 ? -to : 1;
    alternatives.push(...digitsBetween(most, least).map((digits) => `"-" ${digits}`));
  }
  if (to >= 0) {
    alternatives.push(...digitsBetween(Math.max(from, 0), Number.isSafeInteger(to) ? to : null));
  }
  return alternatives.join(" | ");
}

/** Alternatives for whole numbers from `least` (0 or more) to `most`; null is open. */
function digitsBetween(least: number, most: number | null): string[] {
  if (most === null) {
    const digits = String(least);
    const sameLength = sameLengthBetween(digits, "9".repeat(digits.length));
    const longer = `[1-9] [0-9]{${digits.length},15}`;
    return digits.length < 16 ? [...sameLength, longer] : sameLength;
  }
  const result: string[] = [];
  for (let from = least; from <= most;) {
    // Up to the last number of as many digits.
    const end = Math.min(most, from === 0 ? 9 : 10 ** String(from).length - 1);
    result.push(...sameLengthBetween(String(from), String(end)));
    from = end + 1;
  }
  return result;
}

/** Alternatives for numbers of the same count of digits. */
function sameLengthBetween(from: string, to: string): string[] {
  if (from === to) return [`"${from}"`];
  let common = 0;
  while (from[common] === to[common]) common++;
  const prefix = common === 0 ? "" : `"${from.slice(0, common)}" `;
  return tailBetween(from.slice(common), to.slice(common)).map((tail) => prefix + tail);
}

/** As above, where the first digits differ. */
function tailBetween(from: string, to: string): string[] {
  const first = Number(from[0]);
  const last = Number(to[0]);
  const rest = from.length - 1;
  if (rest === 0) return [digitClass(first, last)];
  const lowIsWhole = /^0*$/.test(from.slice(1));
  const highIsWhole = /^9*$/.test(to.slice(1));
  const result: string[] = [];
  if (!lowIsWhole) {
    for (const tail of sameLengthBetween(from.slice(1), "9".repeat(rest))) {
      result.push(`"${first}" ${tail}`);
    }
  }
  const low = lowIsWhole ? first : first + 1;
  const high = highIsWhole ? last : last - 1;
  if (low <= high) result.push(`${digitClass(low, high)} ${anyDigits(rest)}`);
  if (!highIsWhole) {
    for (const tail of sameLengthBetween("0".repeat(rest), to.slice(1))) {
      result.push(`"${last}" ${tail}`);
    }
  }
  return result;
}

function digitClass(from: number, to: number): string {
  return from === to ? `"${from}"` : `[${from}-${to}]`;
}

function anyDigits(count: number): string {
  return count === 1 ? "[0-9]" : `[0-9]{${count}}`;
}
