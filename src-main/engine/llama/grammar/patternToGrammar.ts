import { terminal } from "./terminal.ts";

/** Characters of a class, as ranges of code points with both ends included. */
type Ranges = readonly (readonly [number, number])[];

const top = 0x10ffff;
const digits: Ranges = [[0x30, 0x39]];
const wordCharacters: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const blanks: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
];
/** How these stand in a JSON text; all other control characters are left out. */
const escaped: readonly (readonly [number, string])[] = [
  [0x22, '\\"'],
  [0x5c, "\\\\"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x09, "\\t"],
];
const maxRepeats = 1000;

/**
 * The body of a rule for what stands between the quotes of a JSON text whose value a regular
 * expression finds a match in. Known are literals, classes, groups, alternatives, repetitions and
 * the anchors at both ends; a part that is not is refused.
 *
 * @param anyCharacters what stands for any characters, where the expression is not anchored
 * @throws PatternError
 */
export function patternToGrammar(pattern: string, anyCharacters: string): string {
  return new PatternReader(pattern, anyCharacters).read();
}

/** Says which part of a regular expression a grammar cannot hold. */
export class PatternError extends Error {}

class PatternReader {
  readonly #signs: readonly string[];
  readonly #any: string;
  #at = 0;

  constructor(pattern: string, anyCharacters: string) {
    this.#signs = Array.from(pattern);
    this.#any = anyCharacters;
  }

  read(): string {
    const body = this.#alternatives(true);
    if (this.#at < this.#signs.length) throw new PatternError("A bracket is closed too often.");
    return body;
  }

  /** Anchors may stand at the ends of the outermost alternatives alone. */
  #alternatives(outermost: boolean): string {
    const options = [this.#sequence(outermost)];
    while (this.#take("|")) options.push(this.#sequence(outermost));
    return options.length === 1 ? (options[0] ?? "") : `(${options.join(" | ")})`;
  }

  #sequence(outermost: boolean): string {
    const parts: string[] = [];
    if (outermost && !this.#take("^")) parts.push(this.#any);
    for (;;) {
      const sign = this.#signs[this.#at];
      if (sign === undefined || sign === "|" || sign === ")") {
        if (outermost) parts.push(this.#any);
        break;
      }
      if (outermost && sign === "$") {
        this.#at++;
        const next = this.#signs[this.#at];
        if (next !== undefined && next !== "|") throw new PatternError("Something follows “$”.");
        break;
      }
      parts.push(this.#repeated(this.#item()));
    }
    return parts.length === 0 ? '""' : parts.join(" ");
  }

  #item(): string {
    const sign = this.#signs[this.#at++] ?? "";
    switch (sign) {
      case "(":
        return this.#group();
      case "[":
        return characterClass(this.#classRanges());
      case ".":
        return characterClass(
          inverted([
            [0x0a, 0x0a],
            [0x0d, 0x0d],
            [0x2028, 0x2029],
          ]),
        );
      case "\\": {
        const ranges = this.#escape();
        return characterClass(ranges);
      }
      case "^":
      case "$":
      case "*":
      case "+":
      case "?":
      case "{":
        throw new PatternError(`“${sign}” cannot stand there.`);
      default: {
        const code = sign.codePointAt(0) ?? 0;
        return characterClass([[code, code]]);
      }
    }
  }

  #group(): string {
    if (this.#take("?")) {
      const kind = this.#signs[this.#at++];
      if (kind === "<" && !["=", "!"].includes(this.#signs[this.#at] ?? "")) {
        while (this.#at < this.#signs.length && !this.#take(">")) this.#at++;
      } else if (kind !== ":") throw new PatternError("It looks ahead or behind.");
    }
    const inner = this.#alternatives(false);
    if (!this.#take(")")) throw new PatternError("A bracket is not closed.");
    return `(${inner})`;
  }

  #repeated(item: string): string {
    const counted = /^\{(\d+)(,?)(\d*)\}/u.exec(this.#signs.slice(this.#at).join(""));
    let sign = "";
    if (counted) {
      this.#at += counted[0].length;
      const [whole, from, comma, to] = counted;
      if ([from, to].some((count) => Number(count) > maxRepeats)) {
        throw new PatternError(`It repeats more than ${maxRepeats} times.`);
      }
      if (comma === "," && to !== "" && Number(to) < Number(from)) {
        throw new PatternError(`“${whole}” counts down.`);
      }
      sign = whole;
    } else {
      for (const known of ["*", "+", "?"]) if (sign === "" && this.#take(known)) sign = known;
    }
    // How greedy it is changes nothing about what fits.
    if (sign !== "") this.#take("?");
    return sign === "{0}" || sign === "{0,0}" ? '""' : item + sign;
  }

  #classRanges(): Ranges {
    const isInverted = this.#take("^");
    const ranges: (readonly [number, number])[] = [];
    while (!this.#take("]")) {
      const from = this.#classItem();
      const isRange = this.#signs[this.#at] === "-" && this.#signs[this.#at + 1] !== "]";
      if (!isRange) {
        ranges.push(...from);
        continue;
      }
      this.#at++;
      const to = this.#classItem();
      const [low, high] = [from[0]?.[0], to[0]?.[0]];
      const single = [from, to].every((side) => side.length === 1 && side[0]?.[0] === side[0]?.[1]);
      if (!single || low === undefined || high === undefined || high < low) {
        throw new PatternError("A range in a class has no order.");
      }
      ranges.push([low, high]);
    }
    if (ranges.length === 0) throw new PatternError("A class is empty.");
    return isInverted ? inverted(ranges) : ranges;
  }

  #classItem(): Ranges {
    const sign = this.#signs[this.#at++];
    if (sign === undefined) throw new PatternError("A class is not closed.");
    if (sign === "\\") return this.#escape();
    const code = sign.codePointAt(0) ?? 0;
    return [[code, code]];
  }

  #escape(): Ranges {
    const sign = this.#signs[this.#at++] ?? "";
    const one = (code: number): Ranges => [[code, code]];
    switch (sign) {
      case "d":
        return digits;
      case "D":
        return inverted(digits);
      case "w":
        return wordCharacters;
      case "W":
        return inverted(wordCharacters);
      case "s":
        return blanks;
      case "S":
        return inverted(blanks);
      case "n":
        return one(0x0a);
      case "r":
        return one(0x0d);
      case "t":
        return one(0x09);
      case "x":
        return one(this.#hex(2));
      case "u":
        return one(this.#hex(4));
      default:
        if (/^[^\p{L}\p{N}]$/u.test(sign)) return one(sign.codePointAt(0) ?? 0);
        throw new PatternError(`It has “\\${sign}”.`);
    }
  }

  #hex(length: number): number {
    const text = this.#signs.slice(this.#at, this.#at + length).join("");
    if (!/^[0-9a-f]+$/iu.test(text) || text.length < length) {
      throw new PatternError("A code in it is not hexadecimal.");
    }
    this.#at += length;
    return Number.parseInt(text, 16);
  }

  #take(sign: string): boolean {
    if (this.#signs[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }
}

/** Everything else, in order. */
function inverted(ranges: Ranges): Ranges {
  const result: [number, number][] = [];
  let from = 0;
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (low > from) result.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= top) result.push([from, top]);
  return result;
}

/** One character of a class as JSON writes it: as it is, or behind a backslash. */
function characterClass(ranges: Ranges): string {
  const plain: (readonly [number, number])[] = [];
  // What JSON cannot hold as it is: control characters, the quote and the backslash.
  for (const [low, high] of inverted(inverted(ranges))) {
    for (const [from, to] of [
      [0x20, 0x21],
      [0x23, 0x5b],
      [0x5d, 0x7e],
      [0x80, top],
    ] as const) {
      const [begin, end] = [Math.max(low, from), Math.min(high, to)];
      if (begin <= end) plain.push([begin, end]);
    }
  }
  const options = escaped
    .filter(([code]) => ranges.some(([low, high]) => code >= low && code <= high))
    .map(([, text]) => terminal(text));
  const [first] = plain;
  if (options.length === 0 && plain.length === 1 && first && first[0] === first[1]) {
    return terminal(String.fromCodePoint(first[0]));
  }
  if (plain.length > 0) options.unshift(`[${plain.map(rangeText).join("")}]`);
  if (options.length === 0) throw new PatternError("It wants a character that JSON cannot hold.");
  return options.length === 1 ? (options[0] ?? "") : `(${options.join(" | ")})`;
}

function rangeText([low, high]: readonly [number, number]): string {
  return low === high ? codeText(low) : `${codeText(low)}-${codeText(high)}`;
}

function codeText(code: number): string {
  if (code < 0x80 && /[a-z0-9 ]/iu.test(String.fromCharCode(code)))
    return String.fromCharCode(code);
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}
