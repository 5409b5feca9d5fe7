import { answerTypeOf, numberWord, timeWord, type AnswerType } from "./answerType.ts";
import { spanWords, type SpanWord } from "./spanWords.ts";
import { stemOf, fold, termsOf, uniqueTerms } from "./terms.ts";

/** A stretch of a sentence that could be the answer, as words `from` to `to`, both included. */
export interface SpanCandidate {
  readonly from: number;
  readonly to: number;
  readonly features: SpanFeatures;
}

/** What speaks for a stretch, or against it. All about 0 to 1. */
export const spanFeatureNames = [
  "asked",
  "numberWanted",
  "numberLacking",
  "numberUnwanted",
  "timeWanted",
  "timeLacking",
  "nameWanted",
  "nameLacking",
  "nameAny",
  "near",
  "touching",
  "focusBeside",
  "focusInside",
  "leftEdge",
  "rightEdge",
  "cutsName",
  "cutsAmount",
  "startsWithArticle",
  "functionInside",
  "markInside",
  "joins",
  "afterBy",
  "afterBecause",
  "afterPlace",
  "length",
  "lengthSquared",
  "fromReason",
  "opens",
] as const;
export type SpanFeatures = Readonly<Record<(typeof spanFeatureNames)[number], number>>;

const longestSpan = 12;
const reasonWords = /^(?:because|due|since|for|to|weil|wegen|da|um|denn|aufgrund)$/;
const placeWords = /^(?:in|at|near|from|on|into|im|am|bei|aus|nach|an)$/;
const agentWords = /^(?:by|von|vom|durch)$/;
const articles = /^(?:a|an|the|der|die|das|den|dem|des|ein|eine|einen|einem|einer|eines)$/;
const whereAsked = /(?<!\p{L})(?:where|wo|wohin|woher)(?!\p{L})/iu;

/** Every stretch of a sentence that could answer the question. */
export function spanCandidates(
  question: string,
  sentence: string,
): { words: SpanWord[]; type: AnswerType; candidates: SpanCandidate[] } {
  const asked = uniqueTerms(termsOf(question));
  const stems = new Set(asked.map(({ stem }) => stem));
  const words = spanWords(sentence, stems);
  const type = answerTypeOf(question);
  const context: Context = {
    words,
    type,
    where: whereAsked.test(question),
    focus: focusOf(question),
    weightOf: new Map(asked.map(({ stem, weight }) => [stem, weight])),
    total: asked.reduce((sum, { weight }) => sum + weight, 0),
  };
  const candidates: SpanCandidate[] = [];
  for (let from = 0; from < words.length; from += 1) {
    const first = words[from]!;
    if (first.isFunction && !articles.test(first.folded)) continue;
    for (let to = from; to < Math.min(words.length, from + longestSpan); to += 1) {
      const last = words[to]!;
      if (to > from && last.afterWall) break;
      if (last.isFunction) continue;
      // What the question says is not what it asks for.
      if (words.slice(from, to + 1).every((word) => word.isFunction || word.inQuestion)) continue;
      candidates.push({ from, to, features: featuresOf(from, to, context) });
    }
  }
  return { words, type, candidates };
}

interface Context {
  readonly words: readonly SpanWord[];
  readonly type: AnswerType;
  readonly where: boolean;
  readonly focus: string | null;
  readonly weightOf: ReadonlyMap<string, number>;
  readonly total: number;
}

function featuresOf(from: number, to: number, context: Context): SpanFeatures {
  const { words, type, focus } = context;
  const inside = words.slice(from, to + 1);
  const content = inside.filter((word) => !word.isFunction);
  const before = words[from - 1];
  const after = words[to + 1];
  const number = content.some((word) => word.isNumber || numberWord.test(word.raw));
  const time = content.some(
    (word) =>
      /^(?:1\d|20)\d\d/u.test(word.raw) || /\d0s$/u.test(word.raw) || timeWord.test(word.raw),
  );
  const names = content.filter((word) => word.isName).length / content.length;
  const openLeft = !before || words[from]!.afterMark;
  const openRight = !after || after.afterMark;
  const size = inside.length;
  return {
    asked: content.filter((word) => word.inQuestion).length / content.length,
    numberWanted: Number(type === "number" && number),
    numberLacking: Number(type === "number" && !number),
    numberUnwanted: Number(type !== "number" && type !== "time" && number),
    timeWanted: Number(type === "time" && time),
    timeLacking: Number(type === "time" && !time && !number),
    nameWanted: type === "name" ? names : 0,
    nameLacking: Number(type === "name" && names === 0),
    nameAny: type === "any" ? names : 0,
    near: nearness(from, to, context),
    touching: Number(before?.inQuestion === true) + Number(after?.inQuestion === true),
    focusBeside: Number(focus !== null && (before?.stem === focus || after?.stem === focus)),
    focusInside: Number(focus !== null && inside.at(-1)?.stem === focus),
    leftEdge: Number(openLeft || before.isFunction),
    rightEdge: Number(openRight || after.isFunction),
    cutsName:
      Number(!openLeft && before.isName && words[from]!.isName) +
      Number(!openRight && after.isName && words[to]!.isName),
    cutsAmount:
      Number(!openLeft && isAmount(before) && !words[from]!.isFunction) +
      Number(!openRight && isAmount(words[to]!) && isAmount(after)),
    startsWithArticle: Number(articles.test(words[from]!.folded)),
    functionInside: inside.slice(1).filter((word) => word.isFunction).length / size,
    markInside: Number(inside.slice(1).some((word) => word.afterMark)),
    joins: Number(inside.some((word) => /^(?:and|or|und|oder)$/.test(word.folded))),
    afterBy: Number(type === "name" && before !== undefined && agentWords.test(before.folded)),
    afterBecause: Number(
      type === "reason" && before !== undefined && reasonWords.test(before.folded),
    ),
    afterPlace: Number(context.where && before !== undefined && placeWords.test(before.folded)),
    length: Math.min(1, size / longestSpan),
    lengthSquared: Math.min(1, size / longestSpan) ** 2,
    fromReason: type === "reason" ? Math.min(1, size / longestSpan) : 0,
    opens: Number(from === 0),
  };
}

/** How near the question's words stand to the stretch, by weight; nearer ones count more. */
function nearness(from: number, to: number, { words, weightOf, total }: Context): number {
  if (total === 0) return 0;
  const best = new Map<string, number>();
  words.forEach((word, at) => {
    const weight = weightOf.get(word.stem);
    if (weight === undefined || (at >= from && at <= to)) return;
    const distance = at < from ? from - at : at - to;
    best.set(word.stem, Math.max(best.get(word.stem) ?? 0, weight / (3 + distance)));
  });
  return (4 * [...best.values()].reduce((sum, value) => sum + value, 0)) / total;
}

function isAmount(word: SpanWord): boolean {
  return word.isNumber || numberWord.test(word.raw);
}

/** The noun after "what", "which", "how many" or "welche", stemmed: what kind of thing is asked for. */
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
