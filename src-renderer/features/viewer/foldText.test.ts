import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findAll, findPattern, toPieces } from "./findMatches.ts";
import { foldPieces, type TextPiece } from "./foldText.ts";

const plain = { matchCase: false, wholeWords: false };

/** Lines of text, each of one or more pieces parted by "|". */
function pieces(...lines: string[]): TextPiece[] {
  return lines.flatMap((line) => {
    const parts = line.split("|");
    return parts.map((text, at) => ({ text, endsLine: at === parts.length - 1 }));
  });
}

/** What is found, as it stands in the pieces. */
function found(source: readonly TextPiece[], query: string, options = plain): string[] {
  const pattern = findPattern(query, options);
  const folded = foldPieces(source);
  const places = pattern ? findAll(folded.text, pattern) : [];
  const texts: string[] = [];
  for (let at = 0; at < places.length; at += 2) {
    const range = toPieces(folded, places[at] ?? 0, places[at + 1] ?? 0);
    let text = "";
    for (let piece = range.fromPiece; piece <= range.toPiece; piece++) {
      const whole = source[piece]?.text ?? "";
      const from = piece === range.fromPiece ? range.fromOffset : 0;
      const to = piece === range.toPiece ? range.toOffset : whole.length;
      text += (piece > range.fromPiece ? "|" : "") + whole.slice(from, to);
    }
    texts.push(text);
  }
  return texts;
}

describe("finding", () => {
  it.each([
    ["a word over several runs", ["The har|bour mas|ter"], "harbour", ["har|bour"]],
    ["words over the end of a line", ["the old", "harbour wall"], "old harbour", ["old|harbour"]],
    ["a word that a hyphen parts", ["an exam-", "ple here"], "example", ["exam-|ple"]],
    ["a word with a hyphen of its own", ["a well-", "known man"], "well-known", ["well-|known"]],
    ["nothing where only the hyphen is", ["a well-known man"], "wellknown", []],
    ["accents", ["Crème brûlée, CAFÉ"], "creme brulee", ["Crème brûlée"]],
    ["parted accents", ["Cafe\u0301 noir"], "café", ["Cafe\u0301"]],
    ["ligatures", ["the e\uFB03cient \uFB01nd"], "efficient find", ["e\uFB03cient \uFB01nd"]],
    ["quotes and dashes", ["‘Tis “so” – or"], `'tis "so" - or`, ["‘Tis “so” – or"]],
    ["soft hyphens", ["har\u00ADbour"], "harbour", ["har\u00ADbour"]],
    ["signs", ["costs $4.50 (net)"], "$4.50 (NET)", ["$4.50 (net)"]],
    ["Han over a line's end", ["大阪と東", "京の間"], "東京", ["東|京"]],
    [
      "white space of any kind",
      ["one \u00A0 two", "  three"],
      " one two  three ",
      ["one \u00A0 two|  three"],
    ],
    ["every place", ["aha aha", "AHA"], "aha", ["aha", "aha", "AHA"]],
    ["nothing for nothing", ["text"], "  ", []],
    ["letters beyond the first plane", ["𝒳 is 𝐁old"], "bold", ["𝐁old"]],
  ])("finds %s", (_, lines, query, expected) => {
    expect(found(pieces(...lines), query)).toEqual(expected);
  });

  it("minds case and whole words if told to", () => {
    const source = pieces("Port ports port");
    expect(found(source, "port", { matchCase: true, wholeWords: false })).toHaveLength(2);
    expect(found(source, "port", { matchCase: false, wholeWords: true })).toEqual(["Port", "port"]);
    expect(found(source, "Port", { matchCase: true, wholeWords: true })).toEqual(["Port"]);
  });

  it("finds every word of any text, wherever its lines and runs end", () => {
    const word = fc.string({
      unit: fc.constantFrom(...Array.from("abcéÖß漢ﬁ'-$.")),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, fc.boolean()), { minLength: 1, maxLength: 8 }),
        (words) => {
          const source = words.flatMap(([text, endsLine]) => [
            { text, endsLine: false },
            { text: " ", endsLine },
          ]);
          for (const [text] of words) expect(found(source, text).length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
