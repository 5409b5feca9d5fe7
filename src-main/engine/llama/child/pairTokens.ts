import type { Vocabulary } from "./Vocabulary.ts";

type Words = Pick<Vocabulary, "tokenize" | "bos" | "sep" | "type">;

/** `llama_vocab_type` of WordPiece, the tokenizer of BERT. */
const wordPiece = 3;
const plain = { addSpecial: false, parseSpecial: false };
/** Of the room, this share at most is the question's: a long one must not push the text out. */
const questionShare = 0.5;

/** What stands before, between and behind a question and a text. */
export interface PairFrame {
  readonly before: Int32Array;
  readonly between: Int32Array;
  readonly behind: Int32Array;
  /** By instruction: the model's number is a probability. */
  readonly instructed: boolean;
}

/**
 * How the model was shown pairs when it was trained. A model that judges by instruction says so in a
 * template of its own. Others take `[CLS] question [SEP] text [SEP]`, as BERT does, or
 * `<s> question </s></s> text </s>`, as RoBERTa does; which tokens these are, the tokenizer shows by
 * what it puts around an empty text.
 *
 * @param template the model's own, with `{query}` before `{document}`; null where it has none
 */
export function pairFrame(words: Words, template: string | null): PairFrame {
  const parts = template === null ? null : /^(.*)\{query\}(.*)\{document\}(.*)$/su.exec(template);
  if (parts) {
    const [, before = "", between = "", behind = ""] = parts;
    const tokensOf = (text: string): Int32Array =>
      words.tokenize(text, { addSpecial: false, parseSpecial: true });
    return {
      before: tokensOf(before),
      between: tokensOf(between),
      behind: tokensOf(behind),
      instructed: true,
    };
  }
  const around = Array.from(words.tokenize("", { addSpecial: true, parseSpecial: false }));
  const opens = around[0] !== undefined && around[0] === words.bos;
  const before = opens ? around.slice(0, 1) : [];
  const behind = around.slice(before.length);
  const doubled = words.type !== wordPiece && words.sep >= 0 ? [words.sep] : [];
  return {
    before: Int32Array.from(before),
    between: Int32Array.from([...behind, ...doubled]),
    behind: Int32Array.from(behind),
    instructed: false,
  };
}

/**
 * The tokens of one pair. What does not fit is cut: the text's end, and of the question what is over
 * half of the room. Control tokens that are written in either stay plain text.
 */
export function pairTokens(
  words: Words,
  frame: PairFrame,
  question: string,
  text: string,
  mostTokens: number,
): { tokens: Int32Array; truncated: boolean } {
  const room = mostTokens - frame.before.length - frame.between.length - frame.behind.length;
  const asked = words.tokenize(question, plain);
  const said = words.tokenize(text, plain);
  const forQuestion = Math.min(
    asked.length,
    Math.max(Math.floor(room * questionShare), room - said.length),
  );
  const forText = Math.min(said.length, room - forQuestion);
  return {
    tokens: Int32Array.from([
      ...frame.before,
      ...asked.subarray(0, forQuestion),
      ...frame.between,
      ...said.subarray(0, forText),
      ...frame.behind,
    ]),
    truncated: forQuestion < asked.length || forText < said.length,
  };
}
