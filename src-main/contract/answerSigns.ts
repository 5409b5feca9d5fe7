import type { AnswerSentence } from "./search.ts";

/** Signs stand between these two, which belong to no script and mean nothing in Markdown. */
const open = "\ue000";
const close = "\ue001";
const signPattern = /\ue000([a-z])([^\ue001]*)\ue001/gu;
const unused = /[\ue000\ue001]/gu;

export type Support = AnswerSentence["supported"];

/** A sign in the text of an answer. */
export type Sign =
  /** A sentence begins that the documents carry only in part, or not. */
  | { readonly kind: "begin"; readonly support: Support }
  /** It ends; `missing` are its words that no evidence holds. */
  | { readonly kind: "end"; readonly support: Support; readonly missing: readonly string[] }
  /** A word begins, or ends, that no evidence holds. */
  | { readonly kind: "beginMissing" }
  | { readonly kind: "endMissing" };

/**
 * The text of an answer with signs around its sentences that the documents do not carry whole, and
 * around their words that no evidence holds. The text's Markdown stays as it is. Sentences that the
 * text does not hold are put behind it, so that no mark is lost.
 */
export function withSigns(answer: string, sentences: readonly AnswerSentence[]): string {
  const text = answer.replaceAll(unused, "");
  const placed: { start: number; end: number; signed: string }[] = [];
  const unplaced: string[] = [];
  let from = 0;
  for (const { text: said, supported, missing } of sentences) {
    const own = said.replaceAll(unused, "");
    if (own === "") continue;
    const start = find(text, own, from, placed);
    const end = start + own.length;
    if (start >= 0) from = end;
    const words = missing.map((word) => word.replaceAll(unused, "")).filter((word) => word !== "");
    if (supported === "supported" && words.length === 0) continue;
    // Where a list's mark or a heading's stands, nothing may stand before it.
    const lead = /^\s*(?:(?:[-+*>]|#{1,6}|\d{1,9}[.)])\s+)*/u.exec(own)?.[0] ?? "";
    const signed = lead + sign("b", letterOf(supported)) + around(own.slice(lead.length), words);
    const ending = sign("e", [letterOf(supported), ...words].join("\u001f"));
    if (start < 0) unplaced.push(signed + ending);
    else {
      // The numbers of its citations belong to it.
      const marks = /^(?:\s?\[\d{1,3}\])*/u.exec(text.slice(end))?.[0] ?? "";
      placed.push({ start, end: end + marks.length, signed: signed + marks + ending });
    }
  }
  placed.sort((a, b) => a.start - b.start);
  let whole = "";
  let done = 0;
  for (const { start, end, signed } of placed) {
    whole += text.slice(done, start) + signed;
    done = end;
  }
  return [whole + text.slice(done), ...unplaced].join("\n\n");
}

/** Where a sentence stands: behind the one before, else anywhere that none is placed; -1 for nowhere. */
function find(
  text: string,
  sentence: string,
  from: number,
  placed: readonly { start: number; end: number }[],
): number {
  for (let at = text.indexOf(sentence, from); at >= 0; at = text.indexOf(sentence, at + 1)) {
    if (isFree(at, at + sentence.length, placed)) return at;
  }
  for (let at = text.indexOf(sentence); at >= 0 && at < from; at = text.indexOf(sentence, at + 1)) {
    if (isFree(at, at + sentence.length, placed)) return at;
  }
  return -1;
}

function isFree(
  start: number,
  end: number,
  placed: readonly { start: number; end: number }[],
): boolean {
  return placed.every((one) => end <= one.start || start >= one.end);
}

/** A text with signs as its stretches and signs, in order. */
export function splitSigns(text: string): (string | Sign)[] {
  const parts: (string | Sign)[] = [];
  let from = 0;
  for (const match of text.matchAll(signPattern)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
    const [support = "", ...missing] = (match[2] ?? "").split("\u001f");
    if (match[1] === "b") parts.push({ kind: "begin", support: supportOf(support) });
    else if (match[1] === "e") parts.push({ kind: "end", support: supportOf(support), missing });
    else parts.push({ kind: match[1] === "w" ? "beginMissing" : "endMissing" });
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** A text without its signs; for code, which is shown as it is. */
export function withoutSigns(text: string): string {
  return text.replaceAll(signPattern, "");
}

function sign(letter: string, payload: string): string {
  return `${open}${letter}${payload}${close}`;
}

/** Signs around each of the words, wherever they stand in the text as a whole word. */
function around(text: string, words: readonly string[]): string {
  if (words.length === 0) return text;
  const longestFirst = [...new Set(words)].sort((a, b) => b.length - a.length);
  const any = longestFirst.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`));
  const whole = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${any.join("|")})(?![\p{L}\p{N}])`, "gu");
  return text.replace(whole, (word) => sign("w", "") + word + sign("x", ""));
}

function letterOf(support: Support): string {
  return support === "unsupported" ? "u" : support === "partly" ? "p" : "s";
}

function supportOf(letter: string): Support {
  return letter === "u" ? "unsupported" : letter === "p" ? "partly" : "supported";
}
