import { isGerman } from "../../index/german.ts";
import { isFunctionWord } from "./functionWords.ts";
import { fold, stemOf } from "./terms.ts";

/** One word, number or amount of a sentence, as a span is built of them. */
export interface SpanWord {
  readonly start: number;
  readonly end: number;
  readonly raw: string;
  readonly folded: string;
  readonly stem: string;
  readonly isFunction: boolean;
  readonly isNumber: boolean;
  /** Has a capital where a sentence would not ask for one. */
  readonly isName: boolean;
  readonly inQuestion: boolean;
  /** Something other than a space, a hyphen or an apostrophe stands before it. */
  readonly afterMark: boolean;
  /** A bracket, a quotation mark or a full stop stands before it: no span goes across. */
  readonly afterWall: boolean;
  /** A quotation mark stands before it. */
  readonly afterQuote: boolean;
}

const wordPattern =
  /[$€£¥]?\p{N}+(?:[.,:/]\p{N}+)*(?:\s?[%½¼¾°])?(?:st|nd|rd|th|s)?(?![\p{L}])|[\p{L}\p{M}\p{N}]+(?:[-'’.](?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}]+)*/gu;

/** The words of a sentence, with what matters for cutting an answer out of it. */
export function spanWords(sentence: string, question: ReadonlySet<string>): SpanWord[] {
  const inGerman = isGerman(sentence);
  let before = 0;
  return [...sentence.matchAll(wordPattern)].map((match, at) => {
    const [raw] = match;
    const start = match.index;
    const gap = sentence.slice(before, start);
    before = start + raw.length;
    const folded = fold(raw);
    const stem = stemOf(folded);
    const capital = /^\p{Lu}/u.test(raw) || /\p{Ll}\p{Lu}/u.test(raw);
    return {
      start,
      end: before,
      raw,
      folded,
      stem,
      isFunction: isFunctionWord(folded, inGerman),
      isNumber: /^[$€£¥]?\p{N}/u.test(raw),
      isName: capital && !isFunctionWord(folded, inGerman),
      inQuestion: question.has(stem),
      afterMark: at === 0 || /[^\s\-'’]/u.test(gap),
      afterWall: at === 0 || /[.;:!?()[\]"“”„«»—]/u.test(gap),
      afterQuote: /["“”„«»‘]/u.test(gap),
    };
  });
}
