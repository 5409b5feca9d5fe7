/** A page whose text is worth less than this is recognised from its picture. */
export const leastQuality = 0.5;

/** A page of prose has thousands of letters; a scan may have a stamp or a page number as text. */
const fewLetters = 200;
/** A picture over this part of a page is what the page is about. */
const mostOfPage = 0.5;
/** Words and letters that are needed before they are judged. */
const enoughWords = 12;
const enoughLetters = 150;

/** What is known of a page whose text was read. */
export interface PageSigns {
  text: string;
  /** Whether anything at all is drawn. */
  drawn: boolean;
  /** Part of the glyphs whose letters the file does not tell, 0 to 1. They are not in the text. */
  unknownShare: number;
  /** Part of the page that pictures cover, 0 to 1. */
  pictures: number;
}

/** A page on which more of the glyphs are unknown than this is not what its text says. */
const mostUnknown = 0.2;

/** What a page that was read holds. */
export function contentOf({
  text,
  drawn,
  unknownShare,
}: Omit<PageSigns, "pictures">): "text" | "images" | "glyphs" | "blank" {
  if (unknownShare > mostUnknown) return "glyphs";
  if (/[\p{L}\p{N}]/u.test(text)) return "text";
  // Private characters and signs alone come of a font without a known encoding; dots and lines do not.
  if (new Set(text.replace(/[\s\p{Pd}.·•*_|]/gu, "")).size > 1) return "glyphs";
  return drawn ? "images" : "blank";
}

/**
 * How far the text of a page stands for what the page shows, from 0 to 1. 0: something is shown, but
 * there is no text; near 0: what there is, is not what a reader sees, as with fonts that do not tell
 * which letters they draw; 1 also where there is nothing to see.
 */
export function pageQuality({ text, drawn, unknownShare, pictures }: PageSigns): number {
  if (unknownShare > mostUnknown) return 0;
  const letters = lengthOf(text, /[\p{L}\p{N}]+/gu);
  if (letters === 0) return drawn ? 0 : 1;
  const own = textQuality(text);
  if (pictures < mostOfPage || letters >= fewLetters) return own;
  return Math.min(own, (leastQuality * letters) / fewLetters);
}

/**
 * How much a text looks like something that people write, 0 to 1. It knows no language: it looks
 * for characters that no text has, for words that nobody could say, and for letters in a mix that no
 * language has. What it cannot judge (numbers, few words, scripts without vowels) counts as good.
 */
export function textQuality(text: string): number {
  return Math.min(
    characterQuality(text),
    wordQuality(text),
    mixQuality(text),
    encodingQuality(text),
  );
}

/** Private, unassigned and replaced characters come of fonts without a known encoding. */
function characterQuality(text: string): number {
  const shown = lengthOf(text, /\S+/gu);
  if (shown === 0) return 1;
  const strange = lengthOf(
    text,
    /[\p{Co}\p{Cn}\p{Cs}\uFFFD\u0000-\u0008\u000E-\u001F\u007F-\u009F]+/gu,
  );
  // Signs of mathematics and bullets are often private characters; a fifth of them is not.
  return falling(strange / shown, 0.05, 0.35);
}

/** Words of Latin letters that have a vowel and letters alone; abbreviations do not count. */
function wordQuality(text: string): number {
  let judged = 0;
  let bad = 0;
  const capitals = lengthOf(text, /\p{Lu}+/gu) > lengthOf(text, /\p{Ll}+/gu);
  for (const token of text.match(/\S{3,40}/gu) ?? []) {
    // What most words look like is told at once.
    if (plainWord.test(token)) {
      judged++;
      if (!vowel.test(token) || manyConsonants.test(token)) bad++;
      continue;
    }
    const word = token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
    if (!/\p{L}/u.test(word)) {
      judged++;
      if (isSigns(token)) bad++;
      continue;
    }
    if (!/\p{Script=Latin}/u.test(word)) continue;
    if (isCode(word) || (!capitals && isAbbreviation(word))) continue;
    judged++;
    if (!isSayable(word)) bad++;
  }
  return judged < enoughWords ? 1 : falling(bad / judged, 0.15, 0.6);
}

/** "#$8%(": what numbers of glyphs look like when they are taken for text. */
function isSigns(token: string): boolean {
  if (/^[!-/:-@[-`{-~]{3,}$/u.test(token)) return new Set(token).size > 2;
  if (/\p{N}[^\p{N}]*[!"#&*;<=>?@[\]^`{|}~+(][^\p{N}]*\p{N}/u.test(token)) return true;
  return countOf(token, /[!"#$&*;<=>?@^`{|}~+]/gu) > 1;
}

/** Names of files and addresses, numbers with units. */
function isCode(word: string): boolean {
  return /[/\\@_=]|\.\w|\p{N}/u.test(word);
}

function isAbbreviation(word: string): boolean {
  return /^[\p{Lu}.&-]{1,5}s?$/u.test(word);
}

const plainWord = /^[A-Z]?[a-z]{2,39}[.,;:!?]?$/u;
const manyConsonants = /[bcdfghjklmnpqrstvwxz]{7}/iu;
const vowel = /[aeiouyäöüåæøœáéíóúàèìòùâêîôûãõëïąęıőűůěāēīōū]/iu;

function isSayable(word: string): boolean {
  if (!vowel.test(word)) return false;
  // Signs within a word, but those that join its parts; capitals within, but those of a name.
  if (/\p{L}[^\p{L}\p{M}'’ʼ\-‐‑–—.,;:()/&+·]+\p{L}/u.test(word)) return false;
  if (/\p{Ll}\p{Lu}\p{Ll}*\p{Lu}\p{Ll}*\p{Lu}/u.test(word)) return false;
  return !manyConsonants.test(word);
}

/** The eight letters that in every language of the Latin script make up half of a text or more. */
function mixQuality(text: string): number {
  // The names of quantities, alone or in pairs, are no words.
  const words = text.match(/[a-z]{3,}/giu)?.join("") ?? "";
  if (words.length < enoughLetters) return 1;
  const common = lengthOf(words, /[eaiornst]+/giu) / words.length;
  return falling(1 - common, 0.55, 0.7);
}

/** UTF-8 that was taken for Latin-1: "Ã¤" for "ä", "â€™" for "’". */
function encodingQuality(text: string): number {
  const letters = lengthOf(text, /\p{L}+/gu);
  if (letters < enoughLetters) return 1;
  const broken = countOf(text, /[ÃÂ][\u0080-\u00BF\u2010-\u203A\u20AC]|â€|ï¿½/gu);
  return falling(broken / letters, 0.01, 0.1);
}

/** 1 up to `good`, 0 from `bad` on, straight between. */
function falling(value: number, good: number, bad: number): number {
  return Math.min(1, Math.max(0, (bad - value) / (bad - good)));
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** How many characters the matches of a pattern hold. One match for a whole run is far less work. */
function lengthOf(text: string, runs: RegExp): number {
  let length = 0;
  for (const run of text.match(runs) ?? []) length += run.length;
  return length;
}
