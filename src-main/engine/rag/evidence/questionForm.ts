import { isFunctionWord } from "./functionWords.ts";
import { fold, stemOf, termsOf } from "./terms.ts";

/** How a question is built, which tells where in a statement the answer stands. */
export interface QuestionForm {
  /**
   * `subject`: "Who built …" – what is asked for stands before the verb; `object`: "What did … build" –
   * behind it; `being`: "What is …", "When was … built"; `other` for the rest.
   */
  readonly order: "subject" | "object" | "being" | "other";
  /** Stem of the verb that the order is about; null where it is not known. */
  readonly verb: string | null;
  /** The noun after "what", "which", "how many" or "welche", stemmed: what kind of thing is asked for. */
  readonly focus: string | null;
  readonly asksWhere: boolean;
  /** Asks what something is called. */
  readonly asksName: boolean;
}

const asking =
  /^(?:who|whom|whose|what|which|when|where|why|how|wer|wem|wen|was|welche[nrsm]?|wann|wo|wohin|woher|warum|wie)$/;
const doing = /^(?:do|does|did)$/;
const being =
  /^(?:is|are|was|were|be|has|have|had|can|could|will|would|may|might|must|should|ist|sind|war|waren|wird|werden|wurde|wurden|hat|haben|hatte|hatten|kann|muss)$/;
const whereAsked = /(?<!\p{L})(?:where|wo|wohin|woher)(?!\p{L})/iu;
const nameAsked =
  /(?<!\p{L})(?:called|named|names? of|known as|heißt|heisst|heißen|hieß|genannt|namens?)(?!\p{L})/iu;

export function questionForm(question: string): QuestionForm {
  const words = [...question.matchAll(/[\p{L}\p{M}\p{N}'’-]+/gu)].map(([word]) => fold(word));
  const at = words.findIndex((word) => asking.test(word));
  const behind = at < 0 ? [] : words.slice(at + 1);
  const helper = behind.findIndex((word) => doing.test(word) || being.test(word));
  const content = (list: readonly string[]): string[] =>
    list.filter((word) => !isFunctionWord(word, false));
  const base = {
    focus: focusOf(question),
    asksWhere: whereAsked.test(question),
    asksName: nameAsked.test(question),
  };
  // "Which mineral is mined": the helper stands behind the noun that is asked for.
  if (at >= 0 && helper >= 0 && helper <= 3) {
    const verb = content(behind.slice(helper + 1)).at(-1);
    const order = doing.test(behind[helper]!) ? "object" : "being";
    return { ...base, order, verb: verb === undefined ? null : stemOf(verb) };
  }
  const first = content(behind).find((word) => stemOf(word) !== base.focus);
  if (at !== 0 || first === undefined) return { ...base, order: "other", verb: null };
  return { ...base, order: "subject", verb: stemOf(first) };
}

function focusOf(question: string): string | null {
  const match =
    /(?<!\p{L})(?:what|which|how many|how much|welche[smnr]?|wie ?viele?)\s+(?:(?:kind|type|sort|art)\s+(?:of|von)\s+)?(\p{L}+)/iu.exec(
      question,
    );
  const word = match?.[1];
  if (!word) return null;
  const [term] = termsOf(`x ${word}`).slice(-1);
  return term && term.stem === stemOf(fold(word)) ? term.stem : null;
}
